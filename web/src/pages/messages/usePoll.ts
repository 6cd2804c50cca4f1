import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '../../api/client';
import type { Pages } from '../../api/queries';

type Polled<T> = {
	/* The list, and when it was loaded; 0: not yet. */
	list: QueryKey;
	loadedAt: number;
	everyMs: number;
	newest: () => Promise<Page<T>>;
	merge: (data: Pages<Page<T>>, newest: Page<T>) => Pages<Page<T>>;
};

export const pollKey = (list: QueryKey) => ['poll', ...list];

/*
 * Looks at the newest page of a list every few seconds and when the tab is looked
 * at, and merges it into what there is. While an older page is under way, that
 * would overwrite it; the next look adds it.
 */
export function usePoll<T>({ list, loadedAt, everyMs, newest, merge }: Polled<T>) {
	const queryClient = useQueryClient();
	return useQuery({
		queryKey: pollKey(list),
		queryFn: async () => {
			const page = await newest();
			if (!queryClient.isFetching({ queryKey: list }))
				queryClient.setQueryData<Pages<Page<T>>>(
					list,
					(data) => data && merge(data, page),
				);
			return null;
		},
		enabled: loadedAt > 0,
		initialData: null,
		initialDataUpdatedAt: loadedAt,
		staleTime: everyMs,
		refetchInterval: everyMs,
	});
}
