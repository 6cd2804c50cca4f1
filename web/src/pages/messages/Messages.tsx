/* The list of conversations, beside the one that is open. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Outlet, useMatch } from 'react-router';
import { getGroups } from '../../api/client';
import { groupsQuery } from '../../api/queries';
import { Head } from '../../ui/Head';
import { Empty } from '../../ui/States';
import { GroupList } from './GroupList';
import styles from './Messages.module.css';
import { mergeGroups } from './merge';
import { NewMessage } from './NewMessage';
import { usePoll } from './usePoll';

const POLL_MS = 5_000;

export default function Messages() {
	const groups = useInfiniteQuery(groupsQuery);
	const poll = usePoll({
		list: groupsQuery.queryKey,
		loadedAt: groups.dataUpdatedAt,
		everyMs: POLL_MS,
		newest: getGroups,
		merge: mergeGroups,
	});
	const open = useMatch('/messages/*')?.params['*'] !== '';
	return (
		<div className={styles.messages} data-open={open || undefined}>
			<section
				className={styles.list}
				aria-label="Conversations"
				data-scrolls={open || undefined}
			>
				{open ? <h2>Messages</h2> : <Head title="Messages" />}
				<NewMessage />
				<GroupList query={groups} stale={groups.error ?? poll.error} />
			</section>
			<div className={styles.open}>
				{open ? (
					<Outlet />
				) : (
					<Empty icon="mail" title="Pick a conversation">
						<p className="soft">Or begin one: all it takes is a handle.</p>
					</Empty>
				)}
			</div>
		</div>
	);
}
