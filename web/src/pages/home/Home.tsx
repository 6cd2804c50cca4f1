import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { homeQuery, meQuery } from '../../api/queries';
import { CrudList } from '../../cruds/CrudList';
import { Head } from '../../ui/Head';
import { Empty, Loading } from '../../ui/States';
import { Welcome } from './Welcome';
import { Pending, usePending, Write } from './Write';

export function Home() {
	const { data: me, isPending } = useQuery(meQuery);
	const cruds = useInfiniteQuery(homeQuery);
	const there = cruds.data?.pages.flatMap(({ items }) => items.map(({ uuid }) => uuid));
	/* Of one that the feed has, only the answer is on its way. */
	const pending = usePending().filter(({ key }) => !there?.includes(key));
	/* What stands above the cruds comes with them, so that nothing jumps. */
	if (isPending)
		return (
			<div className="sheet">
				<Head title="Home" hidden />
				<Loading what="cruds" />
			</div>
		);
	return (
		<>
			<Head title="Home" hidden />
			{me === null && <Welcome />}
			{me && <Write />}
			<CrudList
				query={cruds}
				what="cruds"
				before={me && pending.length > 0 ? <Pending me={me} cruds={pending} /> : null}
				empty={
					<Empty icon="pen" title="All quiet">
						<p className="soft">
							Every crud here has burned down. {me ? 'Write' : 'Sign in and write'} the
							next one.
						</p>
					</Empty>
				}
			/>
		</>
	);
}
