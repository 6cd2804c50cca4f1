/* How pages, polls and sends become one conversation. Pure. */
import type { Message, MessageGroup, Page, User } from '../../api/client';
import type { Pages } from '../../api/queries';

export type Send = {
	key: string;
	message: string;
	at: number;
	status: 'idle' | 'pending' | 'success' | 'error';
	paused: boolean;
	error: unknown;
	/* The message as the server has it, once it has. */
	answer?: Message | undefined;
};

export type Bubble = Message & {
	state: 'sent' | 'sending' | 'waiting' | 'failed';
	error?: unknown;
};

/*
 * The pages with what a newer look at the newest page adds. When so much came
 * that the look no longer reaches what we know, begin again from it: what lies
 * between is loaded on scrolling up.
 */
export function mergeNewest(
	data: Pages<Page<Message>>,
	newest: Page<Message>,
): Pages<Page<Message>> {
	const [first, ...older] = data.pages;
	if (!first) return data;
	const known = new Set(first.items.map(({ uuid }) => uuid));
	const added = newest.items.filter(({ uuid }) => !known.has(uuid));
	if (added.length === 0) return data;
	const gap = added.length === newest.items.length && newest.next !== undefined;
	if (gap && known.size > 0) return { pages: [newest], pageParams: [undefined] };
	return { ...data, pages: [{ ...first, items: inOrder(first.items, added) }, ...older] };
}

/* created_at is made so that the order of text is the order of time. */
function inOrder(a: Message[], b: Message[]): Message[] {
	return [...a, ...b].sort((x, y) => (x.created_at < y.created_at ? -1 : 1));
}

/*
 * The pages of conversations with what a newer look at the first one says: what
 * it has is newer than all else and stands there no more. When none of it is as
 * we know it, more may have moved than it shows: begin again from it.
 */
export function mergeGroups(
	data: Pages<Page<MessageGroup>>,
	newest: Page<MessageGroup>,
): Pages<Page<MessageGroup>> {
	const [first] = data.pages;
	if (!first) return data;
	const known = new Map(
		data.pages.flatMap(({ items }) =>
			items.map((group) => [group.uuid, group.created_at]),
		),
	);
	const meets = newest.items.some((group) => known.get(group.uuid) === group.created_at);
	if (!meets && newest.next !== undefined && known.size > 0)
		return { pages: [newest], pageParams: [undefined] };
	const moved = new Set(newest.items.map(({ uuid }) => uuid));
	const [rest, ...older] = data.pages.map((page) => ({
		...page,
		items: page.items.filter(({ uuid }) => !moved.has(uuid)),
	}));
	const items = [...newest.items, ...(rest?.items ?? [])];
	return { ...data, pages: [{ ...first, items }, ...older] };
}

function bubbleOf(send: Send, me: User): Bubble {
	const waiting = send.paused ? 'waiting' : 'sending';
	return {
		uuid: send.key,
		handle: me.handle,
		display_name: me.display_name,
		message: send.message,
		created_at: new Date(send.at).toISOString(),
		state: send.status === 'error' ? 'failed' : waiting,
		error: send.error,
	};
}

/*
 * Oldest first: what the server has, then what is on its way. A send's key is
 * its message's uuid, so one that a poll has seen already is not shown twice.
 * Answers of sends stay out of the pages: there they would hide from
 * mergeNewest that others' messages are missing before them.
 */
export function conversation(
	data: Pages<Page<Message>> | undefined,
	sends: Send[],
	me: User,
): Bubble[] {
	const pages = [...(data?.pages ?? [])].reverse();
	const sent = pages.flatMap(({ items }) => items);
	const there = new Set(sent.map(({ uuid }) => uuid));
	const unseen = sends.filter(({ key }) => !there.has(key));
	const oldest = sent[0]?.created_at ?? '';
	const answers = unseen.flatMap(({ answer }) =>
		answer && answer.created_at > oldest ? [answer] : [],
	);
	const onTheWay = unseen.filter(({ status }) => status !== 'success');
	return [
		...inOrder(sent, answers).map((message): Bubble => ({ ...message, state: 'sent' })),
		...onTheWay.sort((a, b) => a.at - b.at).map((send) => bubbleOf(send, me)),
	];
}
