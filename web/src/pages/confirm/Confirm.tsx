import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Code } from '../../account/Code';
import { Door } from '../../account/Door';
import { Resend } from '../../account/Resend';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { confirmAddress, resendCode } from '../../api/client';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

export default function Confirm() {
	const { query, email: known } = useTo();
	const [email, setEmail] = useState(known);
	const navigate = useNavigate();
	const form = useForm(
		known ? ['code'] : ['email', 'code'],
		({ code = '' }) => confirmAddress({ email, code: code.trim() }),
		() =>
			navigate(`/signin${query}`, {
				state: { email, done: 'Your address is confirmed.' },
			}),
	);

	return (
		<Door
			title="Check your e-mail"
			lead={
				known
					? `We sent a code to ${known}.`
					: 'Enter the code that we sent to your address.'
			}
			foot={
				<>
					Done already, or been here before? <Link to={`/signin${query}`}>Sign in</Link>
				</>
			}
		>
			<form {...form.props}>
				{form.summary && <Wrong>{form.summary}</Wrong>}
				{!known && (
					<Field
						label="E-mail address"
						type="email"
						name="email"
						autoComplete="email"
						required
						value={email}
						onChange={(event) => setEmail(event.target.value)}
						wrong={form.wrong('email')}
					/>
				)}
				<Code wrong={form.wrong('code')} />
				<Submit busy={form.isPending}>Confirm</Submit>
				<Resend
					email={email}
					send={resendCode}
					sent="If it is waiting to be confirmed, a new code is on its way."
				/>
			</form>
		</Door>
	);
}
