import {
	useIsMutating,
	useMutation,
	useQuery,
	useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { getGroups, getMessages, postFirstMessage, type User } from '../../api/client';
import { errorWords, hasStatus, sendAgain } from '../../api/problem';
import { groupsQuery, useMe, userQuery } from '../../api/queries';
import { forget, type Kept, keepOnly, keyFor, waiting } from '../../lib/outbox';
import { isHandle } from '../../lib/text';
import { dropDraft, loadDraft, moveDraft, useDraft } from '../../lib/useDraft';
import { Empty, Failed, Wrong } from '../../ui/States';
import styles from './Conversation.module.css';
import { groupDraft } from './drafts';
import { Instead } from './Instead';
import { LoadingMessages } from './LoadingMessages';
import { MessageComposer } from './MessageComposer';
import { PersonHead } from './PersonHead';
import { pollKey } from './usePoll';

async function findGroup(handle: string): Promise<string | null> {
	let before: string | undefined;
	do {
		const page = await getGroups(before, 100);
		const found = page.items.find((group) => sameHandle(group.handle, handle));
		if (found) return found.uuid;
		before = page.next;
	} while (before !== undefined);
	return null;
}

function sameHandle(a: string, b: string): boolean {
	return a.toLowerCase() === b.toLowerCase();
}

const newDraft = (handle: string) => `new:${handle.toLowerCase()}`;
const firstKey = (handle: string) => ['first', handle.toLowerCase()];

/* What the conversation has is no draft any more. */
function settle(draft: string, { key, message }: Kept) {
	forget(draft, key);
	if (loadDraft(draft)?.trim() === message) dropDraft(draft);
}

/*
 * The conversation that stands with somebody already, or null. The answer to a
 * first message may have been lost: whether it is there, its key says.
 */
async function findStanding(handle: string): Promise<string | null> {
	const group = await findGroup(handle);
	const draft = newDraft(handle);
	const sends = waiting(draft);
	if (group !== null && sends.length > 0) {
		const { items } = await getMessages(group);
		for (const send of sends)
			if (items.some(({ uuid }) => uuid === send.key)) settle(draft, send);
	}
	return group;
}

/* To the conversation that there is now, with what was typed for it. */
function useGoOn(handle: string) {
	const navigate = useNavigate();
	return (group: string) => {
		for (const { key } of waiting(newDraft(handle))) forget(newDraft(handle), key);
		moveDraft(newDraft(handle), groupDraft(group));
		navigate(`/messages/${group}`, { replace: true });
	};
}

function useFirstMessage(handle: string) {
	const queryClient = useQueryClient();
	const goOn = useGoOn(handle);
	const draft = newDraft(handle);
	const [text, setText] = useDraft(draft);
	const first = useMutation({
		mutationKey: firstKey(handle),
		mutationFn: (message: string) => {
			const key = keyFor(draft, message);
			keepOnly(draft, { key, message });
			return postFirstMessage({ handle, message, key });
		},
		retry: sendAgain,
		onSuccess: () => {
			for (const send of waiting(draft)) settle(draft, send);
			queryClient.invalidateQueries({ queryKey: pollKey(groupsQuery.queryKey) });
		},
	});
	/* Who has left this page meanwhile is not fetched back. */
	const send = (message: string) =>
		first.isPending || first.mutate(message, { onSuccess: goOn });
	return { first, send, text, setText };
}

function Begin({ person }: { person: User }) {
	const { first, send, text, setText } = useFirstMessage(person.handle);
	return (
		<>
			<div className={styles.first}>
				<Empty icon="mail" title={`You and ${person.display_name}`}>
					<p className="soft">Nobody has said anything yet. What you write here stays.</p>
				</Empty>
				{first.isError && <Wrong>{errorWords(first.error)} Your text is kept.</Wrong>}
				{first.isPending && (
					<p className="soft" role="status">
						{first.isPaused ? 'Waiting for a connection…' : 'Sending…'}
					</p>
				)}
			</div>
			<MessageComposer
				to={person.display_name}
				text={text}
				onText={setText}
				onSend={send}
			/>
		</>
	);
}

function GoOn({ handle, group }: { handle: string; group: string }) {
	const goOn = useGoOn(handle);
	// biome-ignore lint/correctness/useExhaustiveDependencies: once
	useEffect(() => goOn(group), []);
	return <LoadingMessages />;
}

function Nobody({ handle }: { handle: string }) {
	return (
		<Instead>
			<Empty icon="person" title={`There is no @${handle}`}>
				<p className="soft">Check the handle, or look for them.</p>
				<Link
					to={`/search?${new URLSearchParams({ term: handle })}`}
					className="button quiet"
				>
					Search
				</Link>
			</Empty>
		</Instead>
	);
}

function With({ handle }: { handle: string }) {
	const me = useMe();
	const sending = useIsMutating({ mutationKey: firstKey(handle) });
	const person = useQuery(userQuery(handle));
	const standing = useQuery({
		queryKey: ['standing', handle.toLowerCase()],
		queryFn: () => findStanding(handle),
		staleTime: 0,
	});

	if (hasStatus(person.error, 404)) return <Nobody handle={handle} />;
	if (me && sameHandle(me.handle, handle))
		return (
			<Instead>
				<Empty icon="person" title="That is you">
					<p className="soft">Conversations here take two.</p>
				</Empty>
			</Instead>
		);
	if (standing.data && !sending) return <GoOn handle={handle} group={standing.data} />;
	const failed = [person, standing].find(({ isLoadingError }) => isLoadingError);
	if (failed)
		return (
			<Instead>
				<Failed
					error={failed.error}
					what="the person"
					retry={() => {
						person.refetch();
						standing.refetch();
					}}
				/>
			</Instead>
		);
	if (!person.data || standing.isPending) return <LoadingMessages />;
	return <Begin person={person.data} />;
}

export default function NewConversation() {
	const { handle = '' } = useParams();
	const known = isHandle(handle);
	const person = useQuery({ ...userQuery(handle), enabled: known });
	return (
		<div key={handle} className={styles.conversation}>
			<PersonHead person={person.data} />
			{known ? <With handle={handle} /> : <Nobody handle={handle} />}
		</div>
	);
}
