import {
	onlineManager,
	type QueryClient,
	useInfiniteQuery,
	useMutation,
	useMutationState,
	useQuery,
	useQueryClient,
} from '@tanstack/react-query';
import {
	getMessages,
	type Message,
	type Page,
	postMessage,
	type User,
} from '../../api/client';
import { isTransient } from '../../api/problem';
import { groupsQuery, messagesQuery } from '../../api/queries';
import { conversation, mergeNewest, type Send } from './merge';

const POLL_MS = 3_000;
const RETRIES = 3;

type Variables = Parameters<typeof postMessage>[0];

const sendKey = (group: string) => ['send', group];

function addNewest(queryClient: QueryClient, group: string, newest: Page<Message>) {
	queryClient.setQueryData(
		messagesQuery(group).queryKey,
		(data) => data && mergeNewest(data, newest),
	);
}

/* Looks for news every few seconds and when the tab is looked at. */
function usePoll(group: string, loadedAt: number) {
	const queryClient = useQueryClient();
	return useQuery({
		queryKey: ['poll', group],
		queryFn: async () => {
			addNewest(queryClient, group, await getMessages(group));
			return null;
		},
		enabled: loadedAt > 0,
		initialData: null,
		initialDataUpdatedAt: loadedAt,
		staleTime: POLL_MS,
		refetchInterval: POLL_MS,
	});
}

/* The key makes a repeat harmless, so what fails in passing is tried again. */
function useSend(group: string) {
	const queryClient = useQueryClient();
	return useMutation({
		mutationKey: sendKey(group),
		mutationFn: postMessage,
		scope: { id: `send:${group}` },
		retry: (failures, error) => failures < RETRIES && isTransient(error),
		gcTime: Number.POSITIVE_INFINITY,
		onSuccess: ({ message_group_uuid, ...message }) => {
			addNewest(queryClient, message_group_uuid, { items: [message], next: undefined });
			return queryClient.invalidateQueries({ queryKey: groupsQuery.queryKey });
		},
	});
}

function useSends(group: string): Send[] {
	return useMutationState({
		filters: { mutationKey: sendKey(group) },
		select: ({ state }) => {
			const { key, message } = state.variables as Variables;
			return {
				key,
				message,
				at: state.submittedAt,
				status: state.status,
				/* A send that waits for the one before it is paused, too. */
				paused: state.isPaused && !onlineManager.isOnline(),
				error: state.error,
			};
		},
	});
}

/* A conversation as one sees it, and what one can do in it. */
export function useConversation(group: string, me: User) {
	const queryClient = useQueryClient();
	const history = useInfiniteQuery(messagesQuery(group));
	const poll = usePoll(group, history.dataUpdatedAt);
	const { mutate } = useSend(group);
	const sends = useSends(group);

	function drop(key: string): Variables | undefined {
		const cache = queryClient.getMutationCache();
		const failed = cache
			.findAll({ mutationKey: sendKey(group), status: 'error' })
			.find(({ state }) => (state.variables as Variables).key === key);
		if (failed) cache.remove(failed);
		return failed?.state.variables as Variables | undefined;
	}

	return {
		history,
		stale: poll.error,
		bubbles: conversation(history.data, sends, me),
		send: (message: string) => mutate({ key: crypto.randomUUID(), group, message }),
		retry: (key: string) => {
			const again = drop(key);
			if (again) mutate(again);
		},
		discard: (key: string) => void drop(key),
	};
}
