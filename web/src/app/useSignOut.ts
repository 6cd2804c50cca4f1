import { useMutation } from '@tanstack/react-query';
import { signOut } from '../api/client';

/* Starts afresh: nothing of one person's is there for the next. */
export function useSignOut() {
	return useMutation({
		mutationFn: signOut,
		onSuccess: () => {
			sessionStorage.clear();
			window.location.assign('/');
		},
	});
}
