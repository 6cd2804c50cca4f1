/* Length as the server counts it: code points, after trimming. */
export function textLength(text: string): number {
	return [...text.trim()].length;
}

export type Piece =
	| { kind: 'text'; text: string }
	| { kind: 'link'; text: string; href: string }
	| { kind: 'mention'; text: string; handle: string };

/* A parenthesis belongs to a link as a pair, a stop only inside of it. */
const LINK =
	/https?:\/\/(?:\([^\s<>"()]*\)|[^\s<>"(])+(?:\([^\s<>"()]*\)|[^\s<>"().,;:!?\]'’])/g;
const MENTION = /(?<![\w@/])@(\w{1,30})(?![\p{L}\p{N}_])/gu;

export function isHandle(text: string): boolean {
	return /^\w{1,30}$/.test(text);
}

/* At most one empty line in a row. */
export function closeUp(text: string): string {
	return text.replace(/\n\s*\n\s*\n/g, '\n\n');
}

/* Split what somebody wrote into text, links and mentions. */
export function pieces(text: string): Piece[] {
	const found: { at: number; piece: Piece }[] = [];
	for (const match of text.matchAll(LINK))
		found.push({
			at: match.index,
			piece: { kind: 'link', text: match[0], href: match[0] },
		});
	for (const match of text.matchAll(MENTION))
		found.push({
			at: match.index,
			piece: { kind: 'mention', text: match[0], handle: match[1] ?? '' },
		});
	found.sort((a, b) => a.at - b.at);

	const out: Piece[] = [];
	let done = 0;
	for (const { at, piece } of found) {
		if (at < done) continue;
		if (at > done) out.push({ kind: 'text', text: text.slice(done, at) });
		out.push(piece);
		done = at + piece.text.length;
	}
	if (done < text.length) out.push({ kind: 'text', text: text.slice(done) });
	return out;
}

/* Where to go after signing in: a path of this site and nothing else. */
export function safePath(to: string | null): string {
	if (!to?.startsWith('/') || /^\/[/\\]/.test(to)) return '/';
	return to;
}
