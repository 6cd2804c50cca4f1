/* Times as people say them. All take `now`, so that they can be tested. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/* The page is in English; the reader's region decides 24 hours or am and pm. */
export const LOCALE = (() => {
	const wished = globalThis.navigator?.languages ?? [];
	return wished.find((language) => language.startsWith('en')) ?? 'en-GB';
})();

type Zone = string | undefined;

const formats = new Map<string, Intl.DateTimeFormat>();

/* Kept, because making one takes a hundred times as long as using it. */
function formatOf(
	locale: string,
	options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
	const key = `${locale} ${JSON.stringify(options)}`;
	const kept = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
	formats.set(key, kept);
	return kept;
}

function format(at: Date, options: Intl.DateTimeFormatOptions, timeZone: Zone): string {
	return formatOf(LOCALE, { ...options, timeZone }).format(at);
}

/* Days since the epoch in the reader's calendar. */
function calendarDay(at: Date, timeZone: Zone): number {
	const parts = formatOf('en-CA', { timeZone }).format(at);
	return Date.parse(`${parts}T00:00:00Z`) / DAY;
}

function calendarDate(at: Date, now: Date, timeZone: Zone): string {
	const sameYear =
		format(at, { year: 'numeric' }, timeZone) ===
		format(now, { year: 'numeric' }, timeZone);
	const year = sameYear ? {} : ({ year: 'numeric' } as const);
	return format(at, { day: 'numeric', month: 'short', ...year }, timeZone);
}

/* now · 5 min · 3 h · yesterday · Monday · 12 Nov · 12 Nov 2025 */
export function sayAgo(at: Date, now: Date, timeZone?: Zone): string {
	const past = now.getTime() - at.getTime();
	if (past < MINUTE) return 'now';
	if (past < HOUR) return `${Math.floor(past / MINUTE)} min`;
	const days = calendarDay(now, timeZone) - calendarDay(at, timeZone);
	if (days === 0 || past < 6 * HOUR) return `${Math.floor(past / HOUR)} h`;
	if (days === 1) return 'yesterday';
	if (days < 7) return format(at, { weekday: 'long' }, timeZone);
	return calendarDate(at, now, timeZone);
}

/* Today · Yesterday · Monday · 12 Nov, above a day's messages */
export function sayDay(at: Date, now: Date, timeZone?: Zone): string {
	const days = calendarDay(now, timeZone) - calendarDay(at, timeZone);
	if (days <= 0) return 'Today';
	if (days === 1) return 'Yesterday';
	if (days < 7) return format(at, { weekday: 'long' }, timeZone);
	return calendarDate(at, now, timeZone);
}

export function sameDay(a: Date, b: Date, timeZone?: Zone): boolean {
	return calendarDay(a, timeZone) === calendarDay(b, timeZone);
}

/* 14:02, or 2:02 pm */
export function sayClock(at: Date, timeZone?: Zone): string {
	return format(at, { hour: 'numeric', minute: '2-digit' }, timeZone);
}

/* To the second, with the zone, for those who want to know. */
export function sayExactly(at: Date, timeZone?: Zone): string {
	const date = {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		year: 'numeric',
	} as const;
	const clock = {
		hour: 'numeric',
		minute: '2-digit',
		second: '2-digit',
		timeZoneName: 'short',
	} as const;
	return format(at, { ...date, ...clock }, timeZone);
}

/* 6 days left · 5 h left · 12 min left · moments left */
export function sayLeft(until: Date, now: Date): string {
	const left = until.getTime() - now.getTime();
	if (left < MINUTE) return 'moments left';
	if (left < HOUR) return `${Math.floor(left / MINUTE)} min left`;
	if (left < 2 * DAY) return `${Math.floor(left / HOUR)} h left`;
	return `${Math.floor(left / DAY)} days left`;
}

/* How much of a life is left, from 1 down to 0. */
export function lifeLeft(from: Date, until: Date, now: Date): number {
	const whole = until.getTime() - from.getTime();
	if (whole <= 0) return 0;
	return Math.min(1, Math.max(0, (until.getTime() - now.getTime()) / whole));
}
