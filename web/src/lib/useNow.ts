import { useSyncExternalStore } from 'react';

/*
 * One clock for every "3 min" on the page: the reader's, put right where the
 * server's says that it is wrong.
 */
const TICK_MS = 20_000;
const WRONG_MS = 30_000;
const listeners = new Set<() => void>();
let wrongBy = 0;
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function read() {
	now = new Date(Date.now() - wrongBy);
}

/* What the server's clock says, in an answer that has just come. */
export function setClock(date: string | null) {
	const by = Date.now() - Date.parse(date ?? '');
	if (Math.abs(by - wrongBy) < WRONG_MS || Number.isNaN(by)) return;
	wrongBy = Math.abs(by) < WRONG_MS ? 0 : by;
	tick();
}

function tick() {
	read();
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
	if (listeners.size === 0) {
		read();
		timer = setInterval(tick, TICK_MS);
	}
	listeners.add(listener);
	return () => {
		listeners.delete(listener);
		if (listeners.size === 0) clearInterval(timer);
	};
}

export function useNow(): Date {
	return useSyncExternalStore(subscribe, () => now);
}
