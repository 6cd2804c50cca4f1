import { useLocation, useSearchParams } from 'react-router';
import { safePath } from '../lib/text';

/* What one page of these tells the next. */
type Told = {
	email?: string;
	/* A session has ended. */
	lost?: boolean;
	/* What has been achieved, in words. */
	done?: string;
	/* There is a code to be entered. */
	coded?: boolean;
};

/* Where one wanted to go, and what the page before knows. */
export function useTo() {
	const [params] = useSearchParams();
	const { state } = useLocation() as { state: Told | null };
	const to = safePath(params.get('to'));
	const query = to === '/' ? '' : `?${new URLSearchParams({ to })}`;
	return { to, query, email: '', lost: false, done: '', coded: false, ...state };
}
