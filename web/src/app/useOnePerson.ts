import { useEffect } from 'react';
import type { User } from '../api/client';

const OWNER = 'owner';

/*
 * Where somebody else has signed in, after a lost session or in another tab,
 * nothing that the one before read, typed or sent stays in this tab.
 */
export function useOnePerson(me: User | null | undefined) {
	const uuid = me?.uuid;
	useEffect(() => {
		if (uuid === undefined) return;
		const before = sessionStorage.getItem(OWNER);
		if (before === uuid) return;
		sessionStorage.clear();
		sessionStorage.setItem(OWNER, uuid);
		if (before !== null) window.location.reload();
	}, [uuid]);
}
