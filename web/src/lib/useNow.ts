import { useSyncExternalStore } from 'react';

/* One clock for every "3 min" on the page. */
const TICK_MS = 20_000;
const listeners = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
	now = new Date();
	for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
	if (listeners.size === 0) {
		now = new Date();
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
