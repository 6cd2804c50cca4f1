import { describe, expect, it } from 'vitest';
import type { Message, MessageGroup, Page } from '../../api/client';
import type { Pages } from '../../api/queries';
import { conversation, mergeGroups, mergeNewest, type Send } from './merge';

const me = { uuid: 'u1', handle: 'me', display_name: 'Me' };

function message(n: number): Message {
	const created_at = `2026-11-23T10:00:00.${String(n).padStart(6, '0')}+00:00`;
	return {
		uuid: `m${n}`,
		handle: 'you',
		display_name: 'You',
		message: `${n}`,
		created_at,
	};
}

function page(from: number, to: number, next?: string): Page<Message> {
	const items = [];
	for (let n = from; n <= to; n++) items.push(message(n));
	return { items, next };
}

function pages(...all: Page<Message>[]): Pages<Page<Message>> {
	return { pages: all, pageParams: all.map(() => undefined) };
}

function send(key: string, at: number, more: Partial<Send> = {}): Send {
	return {
		key,
		message: key,
		at,
		status: 'pending',
		paused: false,
		error: null,
		...more,
	};
}

const uuids = (data: Pages<Page<Message>>) =>
	conversation(data, [], me).map(({ uuid }) => uuid);

describe('mergeNewest', () => {
	it('adds what is new to the newest page, in order', () => {
		const data = pages(page(3, 4, 'a'), page(1, 2));
		expect(uuids(mergeNewest(data, page(4, 6, 'a')))).toEqual([
			'm1',
			'm2',
			'm3',
			'm4',
			'm5',
			'm6',
		]);
	});

	it('leaves the very same data when nothing is new', () => {
		const data = pages(page(1, 3));
		expect(mergeNewest(data, page(1, 3))).toBe(data);
	});

	it('begins again where more came than one look shows', () => {
		const merged = mergeNewest(pages(page(1, 3)), page(10, 12, 'older'));
		expect(merged.pages).toEqual([page(10, 12, 'older')]);
		expect(merged.pageParams).toEqual([undefined]);
	});

	it('puts a message that was overtaken where it belongs', () => {
		const late = { items: [message(1), message(3)], next: undefined };
		expect(uuids(mergeNewest(pages(late), page(1, 3)))).toEqual(['m1', 'm2', 'm3']);
	});

	it('fills a conversation that was empty', () => {
		expect(uuids(mergeNewest(pages(page(1, 0)), page(1, 2, 'a')))).toEqual(['m1', 'm2']);
	});
});

describe('mergeGroups', () => {
	type Groups = Page<MessageGroup>;
	const group = (name: string, created_at: string): MessageGroup => ({
		uuid: name,
		handle: name,
		display_name: name,
		message: '',
		created_at,
	});
	const look = (names: string, next?: string): Groups => ({
		items: names.split(' ').map((name) => group(name.slice(0, 1), name)),
		next,
	});
	const all = (data: Pages<Groups>) =>
		data.pages
			.flatMap(({ items }) => items.map(({ created_at }) => created_at))
			.join(' ');
	const groups = (...pages: Groups[]): Pages<Groups> => ({
		pages,
		pageParams: pages.map(() => undefined),
	});
	const known = groups(look('d4 c3', 'x'), look('b2 a1'));

	it.each([
		['nothing new', 'd4 c3', 'd4 c3 b2 a1'],
		['one that was known goes up', 'b5 d4', 'b5 d4 c3 a1'],
		['one that is new', 'e5 d4', 'e5 d4 c3 b2 a1'],
	])('%s', (_, names, said) => {
		expect(all(mergeGroups(known, look(names, 'x')))).toBe(said);
	});

	it('keeps where the next page begins', () => {
		const { pages } = mergeGroups(known, look('b5 d4', 'y'));
		expect(pages.map(({ next }) => next)).toEqual(['x', undefined]);
	});

	it('begins again where more may have moved than one look shows', () => {
		const newest = look('a7 b6', 'y');
		expect(mergeGroups(known, newest)).toEqual(groups(newest));
	});

	it('fills a list that was empty', () => {
		expect(all(mergeGroups(groups({ items: [], next: undefined }), look('a1')))).toBe(
			'a1',
		);
	});
});

describe('conversation', () => {
	it('puts what is on its way last, in the order of writing', () => {
		const bubbles = conversation(pages(page(1, 2)), [send('b', 2), send('a', 1)], me);
		expect(bubbles.map(({ uuid }) => uuid)).toEqual(['m1', 'm2', 'a', 'b']);
		expect(bubbles.map(({ state }) => state)).toEqual([
			'sent',
			'sent',
			'sending',
			'sending',
		]);
	});

	it('does not show twice what a poll has seen before the answer came', () => {
		const bubbles = conversation(pages(page(1, 2)), [send('m2', 1)], me);
		expect(bubbles.map(({ uuid }) => uuid)).toEqual(['m1', 'm2']);
	});

	it('says of each send how it stands', () => {
		const states = conversation(
			undefined,
			[
				send('failed', 1, { status: 'error', error: new Error('no') }),
				send('waiting', 2, { paused: true }),
				send('done', 3, { status: 'success' }),
			],
			me,
		).map(({ uuid, state }) => [uuid, state]);
		expect(states).toEqual([
			['failed', 'failed'],
			['waiting', 'waiting'],
		]);
	});

	describe('of a send that was answered before a look has seen it', () => {
		const answered = (n: number) =>
			send(`m${n}`, 1, { status: 'success', answer: message(n) });
		const shown = (data: Pages<Page<Message>>, ...sends: Send[]) =>
			conversation(data, sends, me).map(({ uuid, state }) => `${uuid} ${state}`);

		it('shows it once, where it belongs', () => {
			expect(shown(pages(page(1, 2)), answered(9))).toEqual([
				'm1 sent',
				'm2 sent',
				'm9 sent',
			]);
			expect(
				shown(pages({ items: [message(1), message(9)], next: 'a' }), answered(4)),
			).toEqual(['m1 sent', 'm4 sent', 'm9 sent']);
			expect(shown(pages(page(8, 9)), answered(9))).toEqual(['m8 sent', 'm9 sent']);
		});

		it('leaves it to the page that it is on, where that is not loaded', () => {
			expect(shown(pages(page(5, 6, 'older')), answered(3))).toEqual([
				'm5 sent',
				'm6 sent',
			]);
		});
	});
});
