import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { meQuery } from '../api/queries';
import { Failed, Loading } from '../ui/States';

export function signInPath({ pathname, search }: { pathname: string; search: string }) {
	return `/signin?${new URLSearchParams({ to: pathname + search })}`;
}

/* Pages for somebody: anybody else signs in first, and comes back. */
export function SignedIn() {
	const me = useQuery(meQuery);
	const here = useLocation();
	if (me.isPending) return <Loading what="your account" />;
	if (me.data === undefined)
		return <Failed error={me.error} retry={me.refetch} what="your account" />;
	if (me.data === null) return <Navigate to={signInPath(here)} replace />;
	return <Outlet />;
}
