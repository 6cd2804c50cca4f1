import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Navigate, useNavigate } from 'react-router';
import { Door } from '../../account/Door';
import { NewPassword } from '../../account/NewPassword';
import { Submit } from '../../account/Submit';
import { useForm } from '../../account/useForm';
import { useTo } from '../../account/useTo';
import { setFirstPassword, signIn, type User } from '../../api/client';
import { ApiError, hasStatus } from '../../api/problem';
import { meQuery, useMe } from '../../api/queries';
import { Field } from '../../ui/Field';
import { Wrong } from '../../ui/States';

type Challenge = { username: string; session: string };

/* What was read before was read by nobody, or by somebody else. */
function useWelcome() {
	const queryClient = useQueryClient();
	return (user: User) => {
		queryClient.removeQueries({
			predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0],
		});
		queryClient.setQueryData(meQuery.queryKey, user);
	};
}

function Credentials({ challenge }: { challenge: (challenge: Challenge) => void }) {
	const { query, email, done } = useTo();
	const navigate = useNavigate();
	const welcome = useWelcome();
	const form = useForm(
		['username', 'password'],
		async ({ username = '', password = '' }) => {
			try {
				return await signIn({ username, password });
			} catch (error) {
				if (!(error instanceof ApiError)) throw error;
				if (error.has('new_password_required') && error.session)
					challenge({ username, session: error.session });
				if (error.has('user_not_confirmed'))
					navigate(`/confirm${query}`, { state: { email: username } });
				throw error;
			}
		},
		welcome,
	);
	const refused = hasStatus(form.error, 401);

	return (
		<form {...form.props}>
			{refused && <Wrong>That e-mail address and password do not go together.</Wrong>}
			{!refused && form.summary && <Wrong>{form.summary}</Wrong>}
			<Field
				label="E-mail address"
				type="email"
				name="username"
				autoComplete="username"
				required
				defaultValue={email}
				wrong={form.wrong('username')}
			/>
			<Field
				label="Password"
				type="password"
				name="password"
				autoComplete="current-password"
				required
				autoFocus={done !== ''}
				wrong={form.wrong('password')}
				hint={
					<Link to={`/forgot${query}`} state={{ email }}>
						Forgot it?
					</Link>
				}
			/>
			<Submit busy={form.isPending}>Sign in</Submit>
		</form>
	);
}

/* An account that somebody made for you asks for a password of your own. */
function FirstPassword({ challenge }: { challenge: Challenge }) {
	const welcome = useWelcome();
	const form = useForm(
		['password'],
		({ password = '' }) => setFirstPassword({ ...challenge, password }),
		welcome,
	);
	return (
		<form {...form.props}>
			<p className="soft">Choose a password of your own to go on.</p>
			{form.summary && <Wrong>{form.summary}</Wrong>}
			<NewPassword label="New password" wrong={form.wrong('password')} />
			<Submit busy={form.isPending}>Set password</Submit>
		</form>
	);
}

export default function SignIn() {
	const me = useMe();
	const { to, query, lost, done } = useTo();
	const [challenge, setChallenge] = useState<Challenge | null>(null);
	if (me) return <Navigate to={to} replace />;
	return (
		<Door
			title={lost ? 'Welcome back' : 'Sign in'}
			lead={
				lost
					? 'Your session has ended. Sign in to go on; what you typed is kept.'
					: done && `${done} Sign in to go on.`
			}
			foot={
				<>
					New here? <Link to={`/signup${query}`}>Join cruddur</Link>
				</>
			}
		>
			{challenge ? (
				<FirstPassword challenge={challenge} />
			) : (
				<Credentials challenge={setChallenge} />
			)}
		</Door>
	);
}
