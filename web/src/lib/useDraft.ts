import { useState } from 'react';

/*
 * Typed text that outlives a reload, a lost session and a visit to another
 * page, in this tab. Signing out forgets it.
 */
const PREFIX = 'draft:';

export function loadDraft(key: string): string | null {
	return sessionStorage.getItem(PREFIX + key);
}

export function dropDraft(key: string) {
	sessionStorage.removeItem(PREFIX + key);
}

function storeDraft(key: string, text: string, initial: string) {
	if (text === initial) dropDraft(key);
	else sessionStorage.setItem(PREFIX + key, text);
}

export function useDraft(key: string, initial = '') {
	const [text, setText] = useState(() => loadDraft(key) ?? initial);
	const setDraft = (next: string) => {
		storeDraft(key, next, initial);
		setText(next);
	};
	return [text, setDraft] as const;
}
