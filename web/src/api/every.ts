import type { Query } from '@tanstack/react-query';
import { isTransient } from './problem';

const FAILED_MS = 5_000;

/*
 * How often a query asks again by itself; soon, while it fails, so that a page
 * that shows a failure heals when the server is back.
 */
export function every(ms: number | false) {
	return ({ state }: Pick<Query, 'state'>) =>
		state.status === 'error' && isTransient(state.error) ? FAILED_MS : ms;
}
