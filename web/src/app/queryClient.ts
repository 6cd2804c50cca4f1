import { QueryClient } from '@tanstack/react-query';
import { onSessionLost } from '../api/client';
import { every } from '../api/every';
import { isTransient } from '../api/problem';
import { meQuery } from '../api/queries';

const RETRIES = 2;

export const queryClient = new QueryClient({
	defaultOptions: {
		queries: {
			staleTime: 10_000,
			retry: (failures, error) => failures < RETRIES && isTransient(error),
			refetchInterval: every(false),
		},
	},
});

onSessionLost(() => queryClient.setQueryData(meQuery.queryKey, null));
