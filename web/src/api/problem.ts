import type { components } from './schema';

export type ErrorCode = components['schemas']['ErrorCode'];
type Problem = components['schemas']['Problem'];

/* What went wrong with a call. Status 0: no answer came at all. */
export class ApiError extends Error {
	override name = 'ApiError';

	constructor(
		readonly status: number,
		readonly codes: readonly ErrorCode[] = [],
		readonly requestId: string | null = null,
		/* Cognito's, when a new password is asked for. */
		readonly session: string | null = null,
	) {
		super(`${status} ${codes.join(' ')}`.trim());
	}

	has(code: ErrorCode): boolean {
		return this.codes.includes(code);
	}
}

export function apiError(response: Response, problem: unknown): ApiError {
	const { errors, session } = (problem ?? {}) as Partial<Problem>;
	return new ApiError(
		response.status,
		Array.isArray(errors) ? errors : [],
		response.headers.get('X-Request-Id'),
		session ?? null,
	);
}

/* Trying again later may well succeed. */
export function isTransient(error: unknown): boolean {
	return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}

export function hasStatus(error: unknown, status: number): boolean {
	return error instanceof ApiError && error.status === status;
}

/* For what has a key, which makes a repeat harmless. */
export function sendAgain(failures: number, error: unknown): boolean {
	return failures < 3 && isTransient(error);
}

/* The same call will never succeed. */
export function isFinal(error: unknown): boolean {
	return (
		error instanceof ApiError &&
		error.status >= 400 &&
		error.status < 500 &&
		!isTransient(error)
	);
}

const STATUS_WORDS: Record<number, string> = {
	0: 'No connection to cruddur. Check your network.',
	401: 'Please sign in first.',
	403: 'That is not allowed.',
	404: 'It is not here, or no longer.',
	413: 'That is too long to send.',
	429: 'Too many tries. Wait a minute and try again.',
	502: 'cruddur is having a moment. Try again shortly.',
	503: 'cruddur is having a moment. Try again shortly.',
	504: 'cruddur took too long. Try again shortly.',
};

const CODE_WORDS: Record<ErrorCode, string> = {
	before_invalid: 'This list has changed. Reload the page.',
	bio_exceed_max_chars: 'Keep your bio to 300 characters.',
	bio_invalid: 'Your bio holds something that cannot be stored.',
	body_invalid: 'That could not be read. Reload the page and try again.',
	code_blank: 'Enter the code from the e-mail.',
	code_expired: 'This code is too old. Ask for a new one.',
	code_invalid: 'A code is made of digits only.',
	code_mismatch: 'That is not the code we sent. Check the newest e-mail.',
	display_name_blank: 'Enter a name.',
	display_name_exceed_max_chars: 'Keep your name to 50 characters.',
	display_name_invalid: 'That name holds something that cannot be stored.',
	email_blank: 'Enter your e-mail address.',
	email_in_use:
		'Another account here has your e-mail address. Ask whoever runs this site to join the two.',
	email_invalid: 'That does not look like an e-mail address.',
	handle_blank: 'Pick a handle.',
	handle_invalid: 'A handle has up to 30 letters, digits or underscores.',
	handle_taken: 'That handle is taken. Try another one.',
	idempotency_key_invalid: 'That could not be sent. Reload the page and try again.',
	idempotency_key_reused: 'This was sent already, with other words.',
	limit_invalid: 'That page is too long.',
	message_blank: 'Write something first.',
	message_exceed_max_chars: 'That is too long.',
	message_group_uuid_invalid: 'There is no such conversation.',
	message_invalid: 'That holds something that cannot be stored.',
	mfa_not_supported:
		'Your account asks for a second factor, which cruddur cannot do yet.',
	name_blank: 'Enter your name.',
	name_exceed_max_chars: 'Keep your name to 50 characters.',
	name_invalid: 'That name holds something that cannot be stored.',
	new_password_required: 'Choose a new password to go on.',
	origin_refused: 'This page is not where it should be. Reload it and try again.',
	password_blank: 'Enter a password.',
	password_invalid: 'That password cannot be used.',
	password_reset_required: 'Your password has to be set anew: use “Forgot it?”.',
	password_too_weak: 'That password is too easy to guess. See the rules below it.',
	receiver_ambiguous: 'Say who this is for.',
	receiver_missing: 'Say who this is for.',
	receiver_self: 'You cannot write to yourself.',
	search_term_blank: 'Enter a word to search for.',
	search_term_exceed_max_chars: 'Search for fewer words.',
	session_blank: 'That took too long. Sign in again.',
	session_invalid: 'That took too long. Sign in again.',
	too_many_attempts: 'Too many tries. Wait a few minutes and try again.',
	ttl_blank: 'Choose how long it should live.',
	ttl_invalid: 'Choose how long it should live.',
	user_not_confirmed: 'Confirm your address first.',
	username_blank: 'Enter your e-mail address.',
	username_exists: 'There is an account with this address already.',
	username_invalid: 'That does not look like an e-mail address.',
};

export function codeWords(code: ErrorCode): string {
	return CODE_WORDS[code] ?? 'That did not work.';
}

/* One sentence for a person. */
export function errorWords(error: unknown): string {
	if (!(error instanceof ApiError)) return 'Something went wrong on this page.';
	const [code] = error.codes;
	if (code) return codeWords(code);
	return STATUS_WORDS[error.status] ?? `That did not work (${error.status}).`;
}
