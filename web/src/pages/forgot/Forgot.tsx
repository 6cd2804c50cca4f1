import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Code } from '../../account/Code';
import { Door } from '../../account/Door';
import { NewPassword } from '../../account/NewPassword';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { forgotPassword, resetPassword } from '../../api/client';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

function AskForCode({ sent }: { sent: (email: string) => void }) {
	const { email: known } = useTo();
	const form = useForm(
		['email'],
		({ email = '' }) => forgotPassword(email),
		(_, { email = '' }) => sent(email),
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
		</form>
	);
}

function SetPassword({ email }: { email: string }) {
	const { query } = useTo();
	const navigate = useNavigate();
	const form = useForm(
		['code', 'password'],
		({ code = '', password = '' }) =>
			resetPassword({ email, code: code.trim(), password }),
		() => navigate(`/signin${query}`, { state: { email } }),
	);
	return (
		<form {...form.props}>
			{form.summary && <Wrong>{form.summary}</Wrong>}
			<input
				type="hidden"
				name="username"
				autoComplete="username"
				value={email}
				readOnly
			/>
			<Code wrong={form.wrong('code')} />
			<NewPassword label="New password" wrong={form.wrong('password')} />
			<Submit busy={form.isPending}>Set password</Submit>
		</form>
	);
}

export default function Forgot() {
	const { query } = useTo();
	const [email, setEmail] = useState('');
	return (
		<Door
			title="New password"
			lead={
				email
					? `If ${email} has an account here, a code is in its inbox.`
					: 'We send you a code, and with it you set a new one.'
			}
			foot={<Link to={`/signin${query}`}>Back to sign-in</Link>}
		>
			{email ? <SetPassword email={email} /> : <AskForCode sent={setEmail} />}
		</Door>
	);
}
