import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Activity, Page } from '../api/client';
import { allItems, type Pages } from '../api/queries';
import { useNow } from '../lib/useNow';
import { More } from '../ui/More';
import { Failed, Loading, Stale } from '../ui/States';
import { Crud } from './Crud';
import styles from './CrudList.module.css';

type Props = {
	query: UseInfiniteQueryResult<Pages<Page<Activity>>>;
	what: string;
	empty: ReactNode;
	/* Rows that are not in the answer yet. */
	before?: ReactNode;
};

/* A sheet of cruds in all its states. What expires while one looks, goes. */
export function CrudList({ query, what, empty, before }: Props) {
	const now = useNow();
	const cruds = allItems(query.data).filter(
		({ expires_at }) => new Date(expires_at) > now,
	);

	if (query.isPending)
		return (
			<div className="sheet">
				<Loading what={what} />
			</div>
		);
	if (query.data === undefined)
		return (
			<div className="sheet">
				<Failed error={query.error} retry={query.refetch} what={what} />
			</div>
		);
	return (
		<>
			<div className="sheet">
				{query.isError && <Stale error={query.error} />}
				{cruds.length === 0 && !before ? (
					empty
				) : (
					<ol className={styles.list} aria-label={what}>
						{before}
						{cruds.map((crud) => (
							<li key={crud.uuid}>
								<Crud crud={crud} />
							</li>
						))}
					</ol>
				)}
			</div>
			<More query={query} />
		</>
	);
}
