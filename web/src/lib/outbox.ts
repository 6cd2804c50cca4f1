/*
 * What the server has not confirmed, in this tab, with the key that makes a repeat
 * harmless: messages and cruds that a reload cut off are sent again (useResend), a
 * first message or a reply that failed waits in its box for the next try (keyFor).
 * Signing out forgets them. A place is a conversation, a draft, or all cruds.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

export type Kept = { key: string; message: string };

const at = (place: string) => `outbox:${place}`;

export function waiting<K extends Kept>(place: string): K[] {
	return JSON.parse(sessionStorage.getItem(at(place)) ?? '[]');
}

function store(place: string, all: Kept[]) {
	if (all.length === 0) sessionStorage.removeItem(at(place));
	else sessionStorage.setItem(at(place), JSON.stringify(all));
}

export function keep(place: string, send: Kept) {
	store(place, [...waiting(place), send]);
}

export function keepOnly(place: string, send: Kept) {
	store(place, [send]);
}

export function forget(place: string, key: string) {
	store(
		place,
		waiting(place).filter((send) => send.key !== key),
	);
}

/* Of the mutations that send what lies in a place. */
export const sendKey = (place: string) => ['send', place];

/* What a reload cut off goes on its way again. */
export function useResend<K extends Kept>(place: string, mutate: (send: K) => void) {
	const queryClient = useQueryClient();
	useEffect(() => {
		const known = queryClient
			.getMutationCache()
			.findAll({ mutationKey: sendKey(place) })
			.map(({ state }) => (state.variables as K).key);
		for (const send of waiting<K>(place)) if (!known.includes(send.key)) mutate(send);
	}, [queryClient, place, mutate]);
}

/* The same text keeps its key: to try again cannot send it twice. */
export function keyFor(place: string, message: string): string {
	const before = waiting(place).find((send) => send.message === message);
	return before?.key ?? crypto.randomUUID();
}
