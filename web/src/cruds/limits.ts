import type { Ttl } from '../api/client';

export const CRUD_MAX = 280;

/* How long a crud lives, in words; longest first. */
export const TTL_WORDS: Record<Ttl, string> = {
	'30-days': '30 days',
	'7-days': '7 days',
	'3-days': '3 days',
	'1-day': '1 day',
	'12-hours': '12 hours',
	'3-hours': '3 hours',
	'1-hour': '1 hour',
};
