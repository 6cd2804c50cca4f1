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

/* Text that was typed in one place goes on in another. */
export function moveDraft(from: string, to: string) {
	const text = loadDraft(from);
	if (text === null) return;
	storeDraft(to, [loadDraft(to), text].filter(Boolean).join('\n'), '');
	dropDraft(from);
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
