import { useLocation, useSearchParams } from 'react-router';
import { safePath } from '../lib/text';

/* Where one wanted to go, and what the page before knows. */
export function useTo() {
	const [params] = useSearchParams();
	const { state } = useLocation() as { state: { email?: string; lost?: boolean } | null };
	const to = safePath(params.get('to'));
	const query = to === '/' ? '' : `?${new URLSearchParams({ to })}`;
	return { to, query, email: state?.email ?? '', lost: state?.lost ?? false };
}
