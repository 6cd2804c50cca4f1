/* What stands around every page: the way about, and what went wrong. */
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useRef } from 'react';
import {
	NavLink,
	Outlet,
	useLocation,
	useMatch,
	useNavigate,
	useNavigationType,
} from 'react-router';
import type { User } from '../api/client';
import { meQuery } from '../api/queries';
import { Avatar } from '../ui/Avatar';
import { Icon, type IconName } from '../ui/Icon';
import { Logo } from '../ui/Logo';
import { Loading } from '../ui/States';
import { Boundary } from './Boundary';
import { Offline } from './Offline';
import styles from './Shell.module.css';
import { signInPath } from './SignedIn';
import { SignOut } from './SignOut';
import { useOnePerson } from './useOnePerson';

type Place = { to: string; icon: IconName; words: string };

function places(me: User | null | undefined): Place[] {
	const everyone: Place[] = [
		{ to: '/', icon: 'home', words: 'Home' },
		{ to: '/search', icon: 'search', words: 'Search' },
	];
	if (!me) return everyone;
	return [
		...everyone,
		{ to: '/notifications', icon: 'bell', words: 'Replies' },
		{ to: '/messages', icon: 'mail', words: 'Messages' },
		{ to: `/@${me.handle}`, icon: 'person', words: 'Profile' },
	];
}

/* A session that ends while somebody is here leads to sign-in and back. */
function useLostSession(me: User | null | undefined) {
	const navigate = useNavigate();
	const here = useLocation();
	const was = useRef(me);
	useEffect(() => {
		if (was.current && me === null) navigate(signInPath(here), { state: { lost: true } });
		was.current = me;
	}, [me, here, navigate]);
}

function useScrollToTop() {
	const { pathname } = useLocation();
	const type = useNavigationType();
	// biome-ignore lint/correctness/useExhaustiveDependencies: on each new path
	useEffect(() => {
		if (type !== 'POP') window.scrollTo(0, 0);
	}, [pathname, type]);
}

function Account({ me }: { me: User | null | undefined }) {
	if (me === undefined) return null;
	if (me === null)
		return (
			<div className={styles.guest}>
				<NavLink to="/signin" className="button quiet">
					Sign in
				</NavLink>
				<NavLink to="/signup" className="button">
					Join
				</NavLink>
			</div>
		);
	return (
		<div className={styles.me}>
			<Avatar handle={me.handle} size={36} />
			<span className={styles.who}>
				<span>{me.display_name}</span>
				<SignOut className="link-button" />
			</span>
		</div>
	);
}

export function Shell() {
	const { data: me, isPending } = useQuery(meQuery);
	const inConversation = useMatch('/messages/*')?.params['*'];
	const wide = useMatch('/messages/*') !== null;
	const { pathname } = useLocation();
	useLostSession(me);
	useOnePerson(me);
	useScrollToTop();

	return (
		<div
			className={styles.shell}
			data-wide={wide || undefined}
			data-deep={inConversation ? true : undefined}
		>
			<a className={styles.skip} href="#main">
				Skip to content
			</a>
			<header className={styles.rail}>
				<NavLink to="/" className={styles.logo} aria-label="cruddur, home">
					<Logo />
				</NavLink>
				<nav aria-label="Main" className={styles.nav}>
					<ul>
						{(isPending ? [] : places(me)).map(({ to, icon, words }) => (
							<li key={to}>
								<NavLink to={to} end={to === '/'}>
									<Icon name={icon} size={24} />
									<span>{words}</span>
								</NavLink>
							</li>
						))}
					</ul>
				</nav>
				<Account me={me} />
			</header>
			<main id="main" tabIndex={-1} className={styles.main}>
				<Offline />
				<Boundary at={pathname}>
					<Suspense fallback={<Loading what="the page" />}>
						<Outlet />
					</Suspense>
				</Boundary>
			</main>
		</div>
	);
}
