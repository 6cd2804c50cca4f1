import {
	type QueryClient,
	useMutation,
	useMutationState,
	useQueryClient,
} from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type Activity, postCrud, type Ttl, type User } from '../../api/client';
import { errorWords } from '../../api/problem';
import { homeQuery } from '../../api/queries';
import { CrudShape } from '../../cruds/Crud';
import { CRUD_MAX, TTL_WORDS } from '../../cruds/limits';
import { loadDraft, useDraft } from '../../lib/useDraft';
import { Composer } from '../../ui/Composer';
import { Prose } from '../../ui/Prose';
import { Wrong } from '../../ui/States';
import styles from './Write.module.css';

const DRAFT = 'crud';
const KEY = ['crud'];
const LAST_TTL = 'ttl';

function addToHome(queryClient: QueryClient, crud: Activity) {
	queryClient.setQueryData(homeQuery.queryKey, (home) => {
		const [first, ...rest] = home?.pages ?? [];
		if (!home || !first) return home;
		return { ...home, pages: [{ ...first, items: [crud, ...first.items] }, ...rest] };
	});
}

/* The crud shows at once; if it fails, its text comes back. */
export function Write() {
	const [text, setText] = useDraft(DRAFT);
	const [ttl, setTtl] = useState(
		() => (localStorage.getItem(LAST_TTL) ?? '7-days') as Ttl,
	);
	const id = useId();
	const queryClient = useQueryClient();
	const post = useMutation({
		mutationKey: KEY,
		mutationFn: postCrud,
		onMutate: () => setText(''),
		onError: (_, { message }) =>
			setText([message, loadDraft(DRAFT)].filter(Boolean).join('\n')),
		onSuccess: (crud) => {
			addToHome(queryClient, crud);
			return queryClient.invalidateQueries({ queryKey: ['cruds', 'user'] });
		},
	});

	function choose(next: Ttl) {
		localStorage.setItem(LAST_TTL, next);
		setTtl(next);
	}

	return (
		<section className={`sheet ${styles.write}`} aria-label="Write a crud">
			<Composer
				label="Your crud"
				placeholder="What is on your mind?"
				max={CRUD_MAX}
				text={text}
				onText={setText}
				onSend={(message) => post.mutate({ message, ttl })}
				send="Crud it"
			>
				<label htmlFor={id} className={styles.lives}>
					It lives for
				</label>
				<select
					id={id}
					className={styles.ttl}
					value={ttl}
					onChange={(event) => choose(event.target.value as Ttl)}
				>
					{Object.entries(TTL_WORDS).map(([value, words]) => (
						<option key={value} value={value}>
							{words}
						</option>
					))}
				</select>
			</Composer>
			{post.isError && <Wrong>{errorWords(post.error)} Your text is kept.</Wrong>}
		</section>
	);
}

type OnItsWay = { id: number; message: string; paused: boolean };

/* Cruds that the server has not confirmed. */
export function usePending(): OnItsWay[] {
	return useMutationState({
		filters: { mutationKey: KEY, status: 'pending' },
		select: ({ state, mutationId }) => ({
			id: mutationId,
			message: (state.variables as { message: string }).message,
			paused: state.isPaused,
		}),
	});
}

export function Pending({ me, cruds }: { me: User; cruds: OnItsWay[] }) {
	return cruds.map(({ id, message, paused }) => (
		<li key={id} className={styles.pending}>
			<CrudShape handle={me.handle} head={<b>{me.display_name}</b>}>
				<Prose text={message} />
				<p className={styles.state}>
					{paused ? 'Waiting for a connection…' : 'Posting…'}
				</p>
			</CrudShape>
		</li>
	));
}
