import { describe, expect, it } from 'vitest';
import { closeUp, isHandle, pieces, safePath, textLength } from './text';

describe('textLength', () => {
	it.each([
		['', 0],
		['  a b  ', 3],
		['né', 2],
		['👋🏽', 2],
		['\n\n', 0],
	])('%j has %i code points', (text, length) => {
		expect(textLength(text)).toBe(length);
	});
});

describe('pieces', () => {
	it('gives back every character', () => {
		const text = 'see https://a.example/x?y=1, @bob. (http://b.example) a@b.example <b>';
		expect(
			pieces(text)
				.map((piece) => piece.text)
				.join(''),
		).toBe(text);
	});

	it('finds links without the stop after them, and mentions', () => {
		const found = pieces('see https://a.example/x. Thanks @bob!');
		expect(found.filter(({ kind }) => kind !== 'text')).toEqual([
			{ kind: 'link', text: 'https://a.example/x', href: 'https://a.example/x' },
			{ kind: 'mention', text: '@bob', handle: 'bob' },
		]);
	});

	it.each([
		['(in https://a.example/x)', 'https://a.example/x'],
		['https://a.example/C_(language).', 'https://a.example/C_(language)'],
		['(https://a.example/C_(language))', 'https://a.example/C_(language)'],
		['https://a.example/(x)/y, z', 'https://a.example/(x)/y'],
		['https://a.example/x(y z', 'https://a.example/x'],
	])('in %j links %s', (text, link) => {
		expect(pieces(text).find(({ kind }) => kind === 'link')?.text).toBe(link);
	});

	it.each([
		['@a', ['a']],
		['@a, @bb', ['a', 'bb']],
		['@née', []],
		[`@${'x'.repeat(31)}`, []],
	])('in %j mentions %j', (text, handles) => {
		const found = pieces(text).filter((piece) => piece.kind === 'mention');
		expect(found.map(({ handle }) => handle)).toEqual(handles);
	});

	it.each(['a@b.example', 'javascript:alert(1)', '<img src=x>', 'data:text/html,x', '@'])(
		'leaves %j as text',
		(text) => {
			expect(pieces(text)).toEqual([{ kind: 'text', text }]);
		},
	);

	it('does not find a mention inside a link', () => {
		expect(pieces('https://a.example/@bob').map(({ kind }) => kind)).toEqual(['link']);
	});
});

it.each([
	['a', true],
	['A_1', true],
	['', false],
	['a/b', false],
	['ä', false],
	['a\n', false],
	['x'.repeat(31), false],
])('isHandle(%j) is %s', (text, answer) => {
	expect(isHandle(text)).toBe(answer);
});

it.each([
	['a\nb', 'a\nb'],
	['a\n\nb', 'a\n\nb'],
	['a\n\n\n\nb', 'a\n\nb'],
	['a\n \n\t\n\n  b\n\nc', 'a\n\n  b\n\nc'],
])('closeUp(%j) is %j', (text, closed) => {
	expect(closeUp(text)).toBe(closed);
});

describe('safePath', () => {
	it.each([
		[null, '/'],
		['/messages?x=1', '/messages?x=1'],
		['//evil.example', '/'],
		['/\\evil.example', '/'],
		['https://evil.example', '/'],
		['messages', '/'],
	])('%j leads to %j', (to, path) => {
		expect(safePath(to)).toBe(path);
	});
});
