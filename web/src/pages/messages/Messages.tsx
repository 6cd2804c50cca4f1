/* The list of conversations, beside the one that is open. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Outlet, useMatch } from 'react-router';
import { groupsQuery } from '../../api/queries';
import { Head } from '../../ui/Head';
import { Empty } from '../../ui/States';
import { GroupList } from './GroupList';
import styles from './Messages.module.css';
import { NewMessage } from './NewMessage';

export default function Messages() {
	const groups = useInfiniteQuery(groupsQuery);
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
				<GroupList query={groups} />
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
