import { describe, expect, it, vi } from 'vitest';
import { lifeLeft, sameDay, sayAgo, sayDay, sayExactly, sayLeft } from './time';

const at = (iso: string) => new Date(iso);
const UTC = 'UTC';

describe('sayAgo', () => {
	const cases: [string, string, string][] = [
		['2026-11-23T12:00:00Z', '2026-11-23T12:00:59Z', 'now'],
		['2026-11-23T12:00:05Z', '2026-11-23T12:00:00Z', 'now'],
		['2026-11-23T12:00:00Z', '2026-11-23T12:01:00Z', '1 min'],
		['2026-11-23T12:00:00Z', '2026-11-23T12:59:59Z', '59 min'],
		['2026-11-23T01:00:00Z', '2026-11-23T23:00:00Z', '22 h'],
		['2026-11-22T23:30:00Z', '2026-11-23T01:00:00Z', '1 h'],
		['2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z', 'yesterday'],
		['2026-11-20T12:00:00Z', '2026-11-23T12:00:00Z', 'Friday'],
		['2026-11-12T12:00:00Z', '2026-11-23T12:00:00Z', '12 Nov'],
		['2025-12-31T12:00:00Z', '2026-11-23T12:00:00Z', '31 Dec 2025'],
	];
	it.each(cases)('%s seen at %s is %s', (then, now, said) => {
		expect(normal(sayAgo(at(then), at(now), UTC))).toBe(normal(said));
	});

	it('takes the day of the reader’s zone', () => {
		const then = at('2026-11-22T22:30:00Z');
		const now = at('2026-11-23T21:00:00Z');
		expect(sayAgo(then, now, 'UTC')).toBe('yesterday');
		expect(sayAgo(then, now, 'Europe/Berlin')).toBe('yesterday');
		expect(sayAgo(at('2026-11-22T23:30:00Z'), now, 'Europe/Berlin')).toBe('21 h');
	});
});

/* The region orders day and month; what matters is which are there. */
function normal(date: string) {
	return date.replaceAll(',', '').split(' ').sort().join(' ');
}

describe('sayDay', () => {
	const now = at('2026-11-23T12:00:00Z');
	it.each([
		['2026-11-23T00:00:00Z', 'Today'],
		['2026-11-24T00:00:00Z', 'Today'],
		['2026-11-22T23:59:59Z', 'Yesterday'],
		['2026-11-18T10:00:00Z', 'Wednesday'],
	])('%s is %s', (then, said) => {
		expect(sayDay(at(then), now, UTC)).toBe(said);
	});

	it('is not thrown by the night on which clocks change', () => {
		const before = at('2026-10-24T23:30:00+02:00');
		const after = at('2026-10-25T23:30:00+01:00');
		expect(sayDay(before, after, 'Europe/Berlin')).toBe('Yesterday');
		expect(sameDay(before, after, 'Europe/Berlin')).toBe(false);
	});
});

describe('sayLeft and lifeLeft', () => {
	const now = at('2026-11-23T12:00:00Z');
	it.each([
		['2026-11-23T12:00:30Z', 'moments left'],
		['2026-11-23T12:12:00Z', '12 min left'],
		['2026-11-24T12:00:00Z', '24 h left'],
		['2026-11-29T13:00:00Z', '6 days left'],
		['2026-11-23T11:00:00Z', 'moments left'],
	])('until %s is %s', (until, said) => {
		expect(sayLeft(at(until), now)).toBe(said);
	});

	it('goes from one to nought and stays there', () => {
		const from = at('2026-11-23T00:00:00Z');
		const until = at('2026-11-24T00:00:00Z');
		expect(lifeLeft(from, until, from)).toBe(1);
		expect(lifeLeft(from, until, now)).toBe(0.5);
		expect(lifeLeft(from, until, at('2027-01-01T00:00:00Z'))).toBe(0);
		expect(lifeLeft(from, from, now)).toBe(0);
	});
});

it('sayExactly names the day, the second and the zone', () => {
	const said = sayExactly(at('2026-11-23T12:03:04Z'), UTC);
	for (const part of ['Monday', '23', 'November', '2026', '03', '04', 'UTC'])
		expect(said).toContain(part);
});

it('makes a format once, not for each time that is said', () => {
	const made = vi.spyOn(Intl, 'DateTimeFormat');
	const now = at('2026-11-23T12:03:04Z');
	const say = () => sayExactly(now, 'Asia/Tokyo') + sayDay(now, now, 'Asia/Tokyo');
	expect(say()).toBe(say());
	expect(made).toHaveBeenCalledTimes(2);
	made.mockRestore();
});
