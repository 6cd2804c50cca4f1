import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Code } from '../../account/Code';
import { Door } from '../../account/Door';
import { NewPassword } from '../../account/NewPassword';
import { Resend } from '../../account/Resend';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { forgotPassword, resetPassword } from '../../api/client';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

function AskForCode() {
	const { query, email: known } = useTo();
	const navigate = useNavigate();
	const form = useForm(
		['email'],
		({ email = '' }) => forgotPassword(email),
		(_, { email }) => navigate(`/forgot${query}`, { state: { email, coded: true } }),
	);
	return (
		<form {...form.props}>
			{form.summary && <Wrong>{form.summary}</Wrong>}
			<Field
				label="E-mail address"
				type="email"
				name="email"
				autoComplete="username"
				required
				defaultValue={known}
				wrong={form.wrong('email')}
			/>
			<Submit busy={form.isPending}>Send me a code</Submit>
			<Link to={`/forgot${query}`} state={{ email: known, coded: true }}>
				I have a code
			</Link>
		</form>
	);
}

function SetPassword() {
	const { query, email: known } = useTo();
	const [email, setEmail] = useState(known);
	const navigate = useNavigate();
	const form = useForm(
		['email', 'code', 'password'],
		({ code = '', password = '' }) =>
			resetPassword({ email, code: code.trim(), password }),
		() =>
			navigate(`/signin${query}`, {
				state: { email, done: 'Your new password is set.' },
			}),
	);
	return (
		<form {...form.props}>
			{form.summary && <Wrong>{form.summary}</Wrong>}
			<Field
				label="E-mail address"
				type="email"
				name="email"
				autoComplete="username"
				required
				autoFocus={!known}
				value={email}
				onChange={(event) => setEmail(event.target.value)}
				wrong={form.wrong('email')}
			/>
			<Code wrong={form.wrong('code')} autoFocus={!!known} />
			<NewPassword label="New password" wrong={form.wrong('password')} />
			<Submit busy={form.isPending}>Set password</Submit>
			<Resend
				email={email}
				send={forgotPassword}
				sent="If there is an account with it, a new code is on its way."
			/>
		</form>
	);
}

export default function Forgot() {
	const { query, email, coded } = useTo();
	return (
		<Door
			title="New password"
			lead={
				!coded
					? 'We send you a code, and with it you set a new one.'
					: email
						? `If ${email} has an account here, a code is in its inbox.`
						: 'Enter the code that we sent to your address.'
			}
			foot={<Link to={`/signin${query}`}>Back to sign-in</Link>}
		>
			{coded ? <SetPassword /> : <AskForCode />}
		</Door>
	);
}
