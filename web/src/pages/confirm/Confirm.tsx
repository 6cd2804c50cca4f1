import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Code } from '../../account/Code';
import { Door } from '../../account/Door';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { confirmAddress, resendCode } from '../../api/client';
import { errorWords } from '../../api/problem';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

function Resend({ email }: { email: string }) {
	const resend = useMutation({ mutationFn: resendCode });
	return (
		<p role="status">
			{resend.isSuccess && 'If it is waiting to be confirmed, a new code is on its way. '}
			{resend.isError && `${errorWords(resend.error)} `}
			<button
				type="button"
				className="link-button"
				disabled={!email || resend.isPending}
				onClick={() => resend.mutate(email)}
			>
				Send another code
			</button>
		</p>
	);
}

export default function Confirm() {
	const { query, email: known } = useTo();
	const [email, setEmail] = useState(known);
	const navigate = useNavigate();
	const form = useForm(
		known ? ['code'] : ['email', 'code'],
		({ code = '' }) => confirmAddress({ email, code: code.trim() }),
		() => navigate(`/signin${query}`, { state: { email } }),
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
				<Resend email={email} />
			</form>
		</Door>
	);
}
