import { useSyncExternalStore } from 'react';

/*
 * Typed text that outlives a reload, a lost session and a visit to another
 * page, in this tab. Signing out forgets it. What changes a draft need not be
 * the box that shows it.
 */
const PREFIX = 'draft:';
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
	listeners.add(listener);
	return () => {
		listeners.delete(listener);
	};
}

export function loadDraft(key: string): string | null {
	return sessionStorage.getItem(PREFIX + key);
}

export function storeDraft(key: string, text: string, initial = '') {
	if (text === initial) sessionStorage.removeItem(PREFIX + key);
	else sessionStorage.setItem(PREFIX + key, text);
	for (const listener of listeners) listener();
}

export function dropDraft(key: string) {
	storeDraft(key, '');
}

/* Text that was typed in one place goes on in another. */
export function moveDraft(from: string, to: string) {
	const text = loadDraft(from);
	if (text === null) return;
	storeDraft(to, [loadDraft(to), text].filter(Boolean).join('\n'));
	dropDraft(from);
}

export function useDraft(key: string, initial = '') {
	const text = useSyncExternalStore(subscribe, () => loadDraft(key) ?? initial);
	return [text, (next: string) => storeDraft(key, next, initial)] as const;
}
