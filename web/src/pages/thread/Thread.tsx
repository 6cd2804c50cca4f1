import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { hasStatus } from '../../api/problem';
import { allItems, threadQuery, useMe } from '../../api/queries';
import { Crud } from '../../cruds/Crud';
import { ReplyBox } from '../../cruds/ReplyBox';
import { Head } from '../../ui/Head';
import { More } from '../../ui/More';
import { Empty, Failed, Loading, Stale } from '../../ui/States';
import styles from './Thread.module.css';

function Gone() {
	return (
		<>
			<Head title="No such crud" hidden />
			<Empty icon="search" title="This crud has burned down">
				<p className="soft">Cruds expire, and this one has. Or the address is wrong.</p>
				<Link to="/" className="button">
					See what is alive
				</Link>
			</Empty>
		</>
	);
}

function Open({ uuid }: { uuid: string }) {
	const me = useMe();
	const thread = useInfiniteQuery(threadQuery(uuid));
	const activity = thread.data?.pages[0]?.activity;
	if (thread.isPending)
		return (
			<div className="sheet">
				<Head title="Crud" hidden />
				<Loading what="the crud" />
			</div>
		);
	if (hasStatus(thread.error, 404)) return <Gone />;
	if (!activity)
		return (
			<div className="sheet">
				<Head title="Crud" hidden />
				<Failed error={thread.error} retry={thread.refetch} what="the crud" />
			</div>
		);

	return (
		<>
			<Head title={`${activity.display_name}’s crud`} />
			<div className="sheet">
				{thread.isError && <Stale error={thread.error} />}
				<Crud crud={activity} large />
				{me && (
					<div className={styles.reply}>
						<ReplyBox to={activity} />
					</div>
				)}
				<h2 className={styles.count}>
					{activity.replies_count === 0
						? 'No replies yet'
						: `Replies (${activity.replies_count})`}
				</h2>
				<ol className={styles.replies}>
					{allItems(thread.data).map((reply) => (
						<li key={reply.uuid}>
							<Crud crud={reply} showParent={false} />
						</li>
					))}
				</ol>
				<More query={thread} words="Show more replies" />
			</div>
		</>
	);
}

export default function Thread() {
	const { uuid = '' } = useParams();
	return <Open key={uuid} uuid={uuid} />;
}
