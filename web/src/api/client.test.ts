import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { origin: 'https://cruddur.example' });
const { getHome, getMe, nextCursor, onSessionLost, postCrud, signIn } = await import(
	'./client'
);

/* A server that answers from a list, and remembers what it was asked. */
function server(...answers: [number, unknown?, HeadersInit?][]) {
	const asked: string[] = [];
	vi.stubGlobal('fetch', async (request: Request | string, init?: RequestInit) => {
		const { method, url } =
			typeof request === 'string'
				? { method: init?.method, url: `https://cruddur.example${request}` }
				: request;
		asked.push(`${method} ${new URL(url).pathname}`);
		const [status, body, headers] = answers.shift() ?? [500];
		return new Response(body === undefined ? null : JSON.stringify(body), {
			status,
			headers: { 'Content-Type': 'application/json', ...headers },
		});
	});
	return asked;
}

const lost = vi.fn();
beforeEach(() => onSessionLost(lost));
afterEach(() => vi.clearAllMocks());

const user = { uuid: 'u', handle: 'h', display_name: 'd' };

describe('the session', () => {
	it('is renewed once, and the call made again with its body', async () => {
		const asked = server([401], [200, user], [200, { uuid: 'a' }]);
		await expect(postCrud({ key: 'k', message: 'm', ttl: '1-day' })).resolves.toEqual({
			uuid: 'a',
		});
		expect(asked).toEqual([
			'POST /api/activities',
			'POST /api/session/refresh',
			'POST /api/activities',
		]);
		expect(lost).not.toHaveBeenCalled();
	});

	it('is lost when it cannot be renewed', async () => {
		server([401], [401]);
		const call = postCrud({ key: 'k', message: 'm', ttl: '1-day' });
		await expect(call).rejects.toMatchObject({ status: 401 });
		expect(lost).toHaveBeenCalledOnce();
	});

	it('is not lost when the renewal finds no server', async () => {
		server([401], [503]);
		await expect(getMe()).rejects.toMatchObject({ status: 503 });
		expect(lost).not.toHaveBeenCalled();
	});

	it('is renewed once for two calls at a time', async () => {
		const asked = server([401], [401], [200, user], [200, []], [200, []]);
		await Promise.all([getHome(), getHome()]);
		expect(asked.filter((call) => call.endsWith('/refresh'))).toHaveLength(1);
	});

	it('is not what a wrong password speaks of', async () => {
		const asked = server([401]);
		const call = signIn({ username: 'a@b.example', password: 'x' });
		await expect(call).rejects.toMatchObject({ status: 401 });
		expect(asked).toEqual(['POST /api/session']);
	});

	it('may be nobody’s', async () => {
		server([204]);
		await expect(getMe()).resolves.toBeNull();
	});
});

describe('what fails', () => {
	it('throws the codes of a problem and the request’s name', async () => {
		server([422, { errors: ['message_blank'] }, { 'X-Request-Id': 'r1' }]);
		await expect(postCrud({ key: 'k', message: '', ttl: '1-day' })).rejects.toMatchObject(
			{
				status: 422,
				codes: ['message_blank'],
				requestId: 'r1',
			},
		);
	});

	it('throws status 0 when nothing answers', async () => {
		vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no')));
		await expect(getHome()).rejects.toMatchObject({ status: 0 });
	});
});

describe('pages', () => {
	it('carry the cursor of their Link', async () => {
		const link = '</api/activities/home?limit=20&before=c%2B1>; rel="next"';
		server([200, [], { Link: link }]);
		await expect(getHome()).resolves.toEqual({ items: [], next: 'c+1' });
	});

	it.each([
		[null, undefined],
		['</x?before=a>; rel="prev"', undefined],
		['</x>; rel="next"', undefined],
		['</x?before=a>; rel=next', 'a'],
	])('%j holds %j', (link, cursor) => {
		expect(nextCursor(link)).toBe(cursor);
	});
});
