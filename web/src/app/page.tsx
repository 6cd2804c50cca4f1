/* Pages that are not part of the first load. */
import { type ComponentType, lazy } from 'react';

type Load = () => Promise<{ default: ComponentType }>;

const loads: Load[] = [];
const failed = new Set<() => void>();

/*
 * A page that is loaded when it is wanted. React keeps an import that failed for
 * good: after retryPages() it is another one.
 */
export function page(load: Load): ComponentType {
	let Loaded = lazy(loadOrNote);
	function loadOrNote() {
		return load().catch((error) => {
			failed.add(again);
			throw error;
		});
	}
	function again() {
		Loaded = lazy(loadOrNote);
	}
	loads.push(load);
	// biome-ignore lint/correctness/noComponentHookFactories: once for each page
	return function Page() {
		return <Loaded />;
	};
}

export function retryPages() {
	for (const again of failed) again();
	failed.clear();
}

/* All of them, before anybody asks: so they open without a network, too. */
export function fetchPages() {
	for (const load of loads) load().catch(() => {}); // asked again when it is shown
}
