import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { NavLink, useMatch } from 'react-router';
import type { MessageGroup, Page } from '../../api/client';
import { allItems, type Pages } from '../../api/queries';
import { Avatar } from '../../ui/Avatar';
import { More } from '../../ui/More';
import { Empty, Failed, Loading, Stale } from '../../ui/States';
import { When } from '../../ui/When';
import styles from './GroupList.module.css';

function Row({ group }: { group: MessageGroup }) {
	const fromList = useMatch('/messages') !== null;
	return (
		<NavLink to={`/messages/${group.uuid}`} state={{ fromList }} className={styles.row}>
			<Avatar handle={group.handle} />
			<span className={styles.text}>
				<span className={styles.name}>
					<bdi>{group.display_name}</bdi>
					<When at={group.created_at} />
				</span>
				<span className={styles.last} dir="auto">
					{group.message}
				</span>
			</span>
		</NavLink>
	);
}

type Props = {
	query: UseInfiniteQueryResult<Pages<Page<MessageGroup>>>;
	/* Why it may be old. */
	stale: unknown;
};

export function GroupList({ query, stale }: Props) {
	const groups = allItems(query.data);
	if (query.isPending) return <Loading what="conversations" rows={6} />;
	if (query.data === undefined)
		return <Failed error={query.error} retry={query.refetch} what="conversations" />;
	if (groups.length === 0)
		return (
			<Empty icon="mail" title="No conversations yet">
				<p className="soft">
					Write to somebody’s handle, or use Message on their profile.
				</p>
			</Empty>
		);
	return (
		<>
			{stale !== null && <Stale error={stale} />}
			<ul>
				{groups.map((group) => (
					<li key={group.uuid}>
						<Row group={group} />
					</li>
				))}
			</ul>
			<More query={query} />
		</>
	);
}
