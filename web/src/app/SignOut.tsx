import { useMutation } from '@tanstack/react-query';
import { signOut } from '../api/client';
import { errorWords } from '../api/problem';

/* Starts afresh: nothing of one person's is there for the next. */
export function SignOut({ className }: { className: string }) {
	const out = useMutation({
		mutationFn: signOut,
		networkMode: 'always',
		onSuccess: () => {
			sessionStorage.clear();
			window.location.assign('/');
		},
	});
	return (
		<>
			<button
				type="button"
				className={className}
				aria-disabled={out.isPending}
				onClick={() => out.isPending || out.mutate()}
			>
				{out.isPending ? 'Signing out…' : 'Sign out'}
			</button>
			{out.isError && <span role="alert">Still signed in. {errorWords(out.error)}</span>}
		</>
	);
}
