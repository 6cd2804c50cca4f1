/*
 * The only door to the server. Every call is typed by the OpenAPI document,
 * answers with its body or throws an ApiError, and renews the session once when
 * it has run out.
 */
import createClient from 'openapi-fetch';
import { setClock } from '../lib/useNow';
import { ApiError, apiError } from './problem';
import type { components, paths } from './schema';

export type User = components['schemas']['User'];
export type Profile = components['schemas']['Profile'];
export type Activity = components['schemas']['Activity'];
export type MessageGroup = components['schemas']['MessageGroup'];
export type Message = components['schemas']['Message'];
export type Ttl = components['schemas']['ActivityNew']['ttl'];

export type Page<T> = { items: T[]; next: string | undefined };

let sessionLost = () => {};

/* Tell whoever shows who is signed in that nobody is any more. */
export function onSessionLost(told: () => void) {
	sessionLost = told;
}

let renewal: Promise<boolean> | null = null;

/*
 * Several calls that find the session run out share one renewal. False: it is
 * lost for good; where that cannot be told now, it throws.
 */
function renew(): Promise<boolean> {
	renewal ??= fetch('/api/session/refresh', { method: 'POST' })
		.then((response) => {
			if (response.status === 401) sessionLost();
			else if (!response.ok) throw apiError(response, null);
			return response.ok;
		})
		.finally(() => {
			renewal = null;
		});
	return renewal;
}

/* These say with a 401 that a password is wrong, not that time is up. */
const SIGNING_IN = ['POST /api/session', 'POST /api/session/password'];

async function fetchRenewing(request: Request): Promise<Response> {
	const again = request.clone();
	const response = await fetch(request);
	setClock(response.headers.get('Date'));
	const call = `${request.method} ${new URL(request.url).pathname}`;
	if (response.status !== 401 || SIGNING_IN.includes(call)) return response;
	return (await renew()) ? fetch(again) : response;
}

const client = createClient<paths>({ baseUrl: location.origin, fetch: fetchRenewing });

type Answer<T> = { data?: T; error?: unknown; response: Response };

async function answered<T>(call: Promise<Answer<T>>): Promise<Answer<T>> {
	const answer = await call.catch((error) => {
		throw error instanceof ApiError ? error : new ApiError(0);
	});
	if (!answer.response.ok) throw apiError(answer.response, answer.error);
	return answer;
}

async function body<T>(call: Promise<Answer<T>>): Promise<T> {
	return (await answered(call)).data as T;
}

/* The cursor in `Link: <…?before=…>; rel="next"`, if there is one. */
export function nextCursor(link: string | null): string | undefined {
	const target = link?.match(/<([^>]*)>\s*;\s*rel="?next"?/)?.[1];
	if (target === undefined) return undefined;
	return new URL(target, 'http://any').searchParams.get('before') ?? undefined;
}

function nextOf({ response }: Answer<unknown>): string | undefined {
	return nextCursor(response.headers.get('Link'));
}

async function page<T>(call: Promise<Answer<T[]>>): Promise<Page<T>> {
	const answer = await answered(call);
	return { items: answer.data ?? [], next: nextOf(answer) };
}

function cursor(before: string | undefined) {
	return before === undefined ? {} : { before };
}

/* Who is signed in, or null. */
export async function getMe(): Promise<User | null> {
	try {
		return (await body(client.GET('/api/session'))) ?? null;
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) return null;
		throw error;
	}
}

export function signIn(credentials: components['schemas']['Credentials']) {
	return body(client.POST('/api/session', { body: credentials }));
}

export function setFirstPassword(answer: components['schemas']['NewPassword']) {
	return body(client.POST('/api/session/password', { body: answer }));
}

export function signOut() {
	return body(client.DELETE('/api/session'));
}

export function signUp(user: components['schemas']['UserNew']) {
	return body(client.POST('/api/users', { body: user }));
}

export function confirmAddress(confirm: components['schemas']['Confirm']) {
	return body(client.POST('/api/users/confirm', { body: confirm }));
}

export function resendCode(email: string) {
	return body(client.POST('/api/users/resend', { body: { email } }));
}

export function forgotPassword(email: string) {
	return body(client.POST('/api/password/forgot', { body: { email } }));
}

export function resetPassword(reset: components['schemas']['PasswordReset']) {
	return body(client.POST('/api/password/reset', { body: reset }));
}

export function getHome(before?: string) {
	return page(client.GET('/api/activities/home', { params: { query: cursor(before) } }));
}

export function getNotifications(before?: string) {
	return page(
		client.GET('/api/activities/notifications', { params: { query: cursor(before) } }),
	);
}

export function searchCruds(term: string, before?: string) {
	return page(
		client.GET('/api/activities/search', {
			params: { query: { term, ...cursor(before) } },
		}),
	);
}

export async function getUserPage(handle: string, before?: string) {
	const answer = await answered(
		client.GET('/api/activities/@{handle}', {
			params: { path: { handle }, query: cursor(before) },
		}),
	);
	const { profile, activities } = answer.data as components['schemas']['UserPage'];
	return { profile, items: activities, next: nextOf(answer) };
}

/* The crud, and a page of its replies, the oldest first. */
export async function getThread(uuid: string, before?: string) {
	const answer = await answered(
		client.GET('/api/activities/{uuid}', {
			params: { path: { uuid }, query: cursor(before) },
		}),
	);
	const { activity, replies } = answer.data as components['schemas']['Thread'];
	return { activity, items: replies, next: nextOf(answer) };
}

/* The key makes a repeat harmless, and becomes the uuid of what is sent. */
const keyed = (key: string) => ({ 'Idempotency-Key': key });

export function postCrud({ key, ...crud }: { key: string; message: string; ttl: Ttl }) {
	return body(
		client.POST('/api/activities', { params: { header: keyed(key) }, body: crud }),
	);
}

export function postReply(reply: { key: string; to: string; message: string }) {
	return body(
		client.POST('/api/activities/{uuid}/reply', {
			params: { path: { uuid: reply.to }, header: keyed(reply.key) },
			body: { message: reply.message },
		}),
	);
}

export function getUser(handle: string) {
	return body(client.GET('/api/users/@{handle}/short', { params: { path: { handle } } }));
}

export function updateProfile(profile: { display_name: string; bio: string }) {
	return body(client.POST('/api/profile/update', { body: profile }));
}

export function getGroups(before?: string, limit?: number) {
	const query = { ...cursor(before), ...(limit === undefined ? {} : { limit }) };
	return page(client.GET('/api/message_groups', { params: { query } }));
}

export function getMessages(group: string, before?: string) {
	return page(
		client.GET('/api/messages/{group}', {
			params: { path: { group }, query: cursor(before) },
		}),
	);
}

export async function postMessage(send: { key: string; group: string; message: string }) {
	const sent = await body(
		client.POST('/api/messages', {
			params: { header: keyed(send.key) },
			body: { message: send.message, message_group_uuid: send.group },
		}),
	);
	return sent as components['schemas']['MessageSent'];
}

/* To a person: answers which conversation it went into. */
export async function postFirstMessage(send: {
	key: string;
	handle: string;
	message: string;
}) {
	const sent = await body(
		client.POST('/api/messages', {
			params: { header: keyed(send.key) },
			body: { message: send.message, handle: send.handle },
		}),
	);
	return sent.message_group_uuid;
}
