import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Profile as Person } from '../../api/client';
import { hasStatus } from '../../api/problem';
import { useMe, userPageQuery } from '../../api/queries';
import { SignOut } from '../../app/SignOut';
import { CrudList } from '../../cruds/CrudList';
import { closeUp, isHandle } from '../../lib/text';
import { Avatar } from '../../ui/Avatar';
import { Head } from '../../ui/Head';
import { Prose } from '../../ui/Prose';
import { Empty } from '../../ui/States';
import { NotFound } from '../notfound/NotFound';
import { EditProfile, isEditing } from './EditProfile';
import styles from './Profile.module.css';

function Own({ edit, autoFocus }: { edit: () => void; autoFocus: boolean }) {
	return (
		<div className={styles.actions}>
			<button
				type="button"
				className="button quiet small"
				onClick={edit}
				// biome-ignore lint/a11y/noAutofocus: only where somebody has closed the form
				autoFocus={autoFocus}
			>
				Edit profile
			</button>
			<SignOut className="button quiet small" />
		</div>
	);
}

function Card({ person }: { person: Person }) {
	const me = useMe();
	const [begun] = useState(isEditing);
	const [asked, ask] = useState<boolean>();
	const editing = asked ?? begun;
	const own = me?.uuid === person.uuid;
	const count = person.cruds_count;
	if (own && editing)
		return <EditProfile person={person} done={() => ask(false)} autoFocus={!!asked} />;
	return (
		<section className={`sheet ${styles.card}`} aria-label="About">
			<Avatar handle={person.handle} size={88} />
			<div className={styles.name}>
				<Head title={person.display_name} />
				<p className="soft">@{person.handle}</p>
			</div>
			{own ? (
				<Own edit={() => ask(true)} autoFocus={asked === false} />
			) : (
				<Link to={`/messages/new/${person.handle}`} className="button small">
					Message
				</Link>
			)}
			<div className={styles.about}>
				{person.bio && <Prose text={closeUp(person.bio)} />}
				<p className="soft">
					{count === 0
						? 'No cruds alive'
						: count === 1
							? '1 crud alive'
							: `${count} cruds alive`}
				</p>
			</div>
		</section>
	);
}

function Nobody({ handle }: { handle: string }) {
	return (
		<>
			<Head title="Nobody here" hidden />
			<Empty icon="person" title={`There is no @${handle}`}>
				<Link to="/search" className="button quiet">
					Search
				</Link>
			</Empty>
		</>
	);
}

function UserPage({ handle }: { handle: string }) {
	const page = useInfiniteQuery(userPageQuery(handle));
	const person = page.data?.pages[0]?.profile;
	if (hasStatus(page.error, 404) && !person) return <Nobody handle={handle} />;
	return (
		<>
			{person ? (
				<Card key={person.uuid} person={person} />
			) : (
				<Head title={`@${handle}`} hidden />
			)}
			<CrudList
				query={page}
				what="cruds"
				empty={
					<Empty icon="pen" title="Nothing said lately">
						<p className="soft">Cruds expire. Come back for the next one.</p>
					</Empty>
				}
			/>
		</>
	);
}

/* The address is /@handle; anything else of one part is nothing. */
export default function Profile() {
	const { at = '' } = useParams();
	if (!at.startsWith('@') || at.length < 2) return <NotFound />;
	const handle = at.slice(1);
	return isHandle(handle) ? (
		<UserPage key={at} handle={handle} />
	) : (
		<Nobody handle={handle} />
	);
}
