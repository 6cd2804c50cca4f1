import { useInfiniteQuery } from '@tanstack/react-query';
import { notificationsQuery } from '../../api/queries';
import { CrudList } from '../../cruds/CrudList';
import { Head } from '../../ui/Head';
import { Empty } from '../../ui/States';

export default function Notifications() {
	const replies = useInfiniteQuery(notificationsQuery);
	return (
		<>
			<Head title="Replies to you" />
			<CrudList
				query={replies}
				what="replies"
				empty={
					<Empty icon="bell" title="No replies yet">
						<p className="soft">
							When somebody replies to one of your cruds, it shows here.
						</p>
					</Empty>
				}
			/>
		</>
	);
}
