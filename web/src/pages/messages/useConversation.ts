import {
	onlineManager,
	useInfiniteQuery,
	useMutation,
	useMutationState,
	useQueryClient,
} from '@tanstack/react-query';
import { getMessages, type Message, postMessage, type User } from '../../api/client';
import { sendAgain } from '../../api/problem';
import { groupsQuery, messagesQuery } from '../../api/queries';
import { forget, type Kept, keep, sendKey, useResend } from '../../lib/outbox';
import { conversation, mergeNewest, type Send } from './merge';
import { pollKey, usePoll } from './usePoll';

const POLL_MS = 3_000;

type Outgoing = Kept & { group: string };

function useSend(group: string) {
	const queryClient = useQueryClient();
	return useMutation({
		mutationKey: sendKey(group),
		mutationFn: postMessage,
		scope: { id: `send:${group}` },
		retry: sendAgain,
		gcTime: Number.POSITIVE_INFINITY,
		onSuccess: (_, { key }) => {
			forget(group, key);
			queryClient.invalidateQueries({ queryKey: pollKey(groupsQuery.queryKey) });
		},
	});
}

function useSends(group: string): Send[] {
	return useMutationState({
		filters: { mutationKey: sendKey(group) },
		select: ({ state }) => {
			const { key, message } = state.variables as Outgoing;
			return {
				key,
				message,
				at: state.submittedAt,
				status: state.status,
				/* A send that waits for the one before it is paused, too. */
				paused: state.isPaused && !onlineManager.isOnline(),
				error: state.error,
				answer: state.data as Message | undefined,
			};
		},
	});
}

/* A conversation as one sees it, and what one can do in it. */
export function useConversation(group: string, me: User) {
	const queryClient = useQueryClient();
	const history = useInfiniteQuery(messagesQuery(group));
	const poll = usePoll({
		list: messagesQuery(group).queryKey,
		loadedAt: history.dataUpdatedAt,
		everyMs: POLL_MS,
		newest: () => getMessages(group),
		merge: mergeNewest,
	});
	const { mutate } = useSend(group);
	const sends = useSends(group);

	useResend(group, mutate);

	function drop(key: string): Outgoing | undefined {
		const cache = queryClient.getMutationCache();
		const failed = cache
			.findAll({ mutationKey: sendKey(group), status: 'error' })
			.find(({ state }) => (state.variables as Outgoing).key === key);
		if (failed) cache.remove(failed);
		return failed?.state.variables as Outgoing | undefined;
	}

	return {
		history,
		stale: poll.error,
		bubbles: conversation(history.data, sends, me),
		send: (message: string) => {
			const send = { key: crypto.randomUUID(), group, message };
			keep(group, send);
			mutate(send);
		},
		retry: (key: string) => {
			const again = drop(key);
			if (again) mutate(again);
		},
		discard: (key: string) => {
			drop(key);
			forget(group, key);
		},
	};
}
