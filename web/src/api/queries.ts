/* What the pages ask for, under which key, and how fresh it has to be. */
import {
	type InfiniteData,
	infiniteQueryOptions,
	queryOptions,
	useQuery,
} from '@tanstack/react-query';
import {
	getGroups,
	getHome,
	getMe,
	getMessages,
	getNotifications,
	getThread,
	getUser,
	getUserPage,
	type Page,
	searchCruds,
} from './client';
import { every } from './every';

export type Pages<P> = InfiniteData<P>;

const fromTheTop = {
	initialPageParam: undefined as string | undefined,
	getNextPageParam: (last: { next: string | undefined }) => last.next,
};

export const meQuery = queryOptions({
	queryKey: ['me'],
	queryFn: getMe,
	staleTime: 60_000,
	/* Another tab may have signed out, or somebody else in. */
	refetchOnWindowFocus: 'always',
});

/* undefined until it is known, null for nobody. */
export function useMe() {
	return useQuery(meQuery).data;
}

export const homeQuery = infiniteQueryOptions({
	queryKey: ['cruds', 'home'],
	queryFn: ({ pageParam }) => getHome(pageParam),
	refetchInterval: every(60_000),
	...fromTheTop,
});

export const notificationsQuery = infiniteQueryOptions({
	queryKey: ['cruds', 'notifications'],
	queryFn: ({ pageParam }) => getNotifications(pageParam),
	refetchInterval: every(60_000),
	...fromTheTop,
});

export const searchQuery = (term: string) =>
	infiniteQueryOptions({
		queryKey: ['cruds', 'search', term],
		queryFn: ({ pageParam }) => searchCruds(term, pageParam),
		enabled: term !== '',
		...fromTheTop,
	});

export const userPageQuery = (handle: string) =>
	infiniteQueryOptions({
		queryKey: ['cruds', 'user', handle.toLowerCase()],
		queryFn: ({ pageParam }) => getUserPage(handle, pageParam),
		...fromTheTop,
	});

export const threadQuery = (uuid: string) =>
	infiniteQueryOptions({
		queryKey: ['cruds', 'thread', uuid],
		queryFn: ({ pageParam }) => getThread(uuid, pageParam),
		refetchInterval: every(30_000),
		...fromTheTop,
	});

export const userQuery = (handle: string) =>
	queryOptions({
		queryKey: ['user', handle.toLowerCase()],
		queryFn: () => getUser(handle),
		staleTime: 60_000,
	});

/* pages/messages/Messages keeps it current. */
export const groupsQuery = infiniteQueryOptions({
	queryKey: ['groups'],
	queryFn: ({ pageParam }) => getGroups(pageParam),
	...fromTheTop,
});

/* Newest page first. Read once; pages/messages/useConversation keeps it current. */
export const messagesQuery = (group: string) =>
	infiniteQueryOptions({
		queryKey: ['messages', group],
		queryFn: ({ pageParam }) => getMessages(group, pageParam),
		staleTime: Number.POSITIVE_INFINITY,
		...fromTheTop,
	});

export function allItems<T>(data: Pages<Page<T>> | undefined): T[] {
	return data?.pages.flatMap((page) => page.items) ?? [];
}
