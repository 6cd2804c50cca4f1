import { Link, Navigate, useNavigate } from 'react-router';
import { Door } from '../../account/Door';
import { NewPassword } from '../../account/NewPassword';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { signUp } from '../../api/client';
import { useMe } from '../../api/queries';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

export default function SignUp() {
	const me = useMe();
	const { to, query } = useTo();
	const navigate = useNavigate();
	const form = useForm(
		['name', 'handle', 'email', 'password'],
		({ name = '', handle = '', email = '', password = '' }) =>
			signUp({ name: name.trim(), handle, email, password }),
		(_, { email }) => navigate(`/confirm${query}`, { state: { email } }),
	);
	if (me) return <Navigate to={to} replace />;

	return (
		<Door
			title="Join cruddur"
			lead="Say it, then let it go."
			foot={
				<>
					Been here before? <Link to={`/signin${query}`}>Sign in</Link>
				</>
			}
		>
			<form {...form.props}>
				{form.summary && <Wrong>{form.summary}</Wrong>}
				<Field
					label="Name"
					name="name"
					autoComplete="name"
					required
					pattern=".{1,50}"
					title="1 to 50 characters"
					wrong={form.wrong('name')}
				/>
				<Field
					label="Handle"
					name="handle"
					autoComplete="nickname"
					autoCapitalize="none"
					spellCheck={false}
					required
					pattern="[A-Za-z0-9_]{1,30}"
					title="1 to 30 letters, digits or underscores"
					wrong={form.wrong('handle')}
					hint="Letters, digits and underscores. It is for good."
				/>
				<Field
					label="E-mail address"
					type="email"
					name="email"
					autoComplete="email"
					required
					wrong={form.wrong('email')}
					hint="Nobody else sees it."
				/>
				<NewPassword wrong={form.wrong('password')} />
				<Submit busy={form.isPending}>Join</Submit>
			</form>
		</Door>
	);
}
