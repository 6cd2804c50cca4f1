import { describe, expect, it } from 'vitest';
import { pieces, safePath, textLength } from './text';

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
