import {
	onlineManager,
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
import { closeUp } from '../../lib/text';
import { loadDraft, storeDraft, useDraft } from '../../lib/useDraft';
import { Composer } from '../../ui/Composer';
import { Prose } from '../../ui/Prose';
import { Wrong } from '../../ui/States';
import { forget, keep, waiting } from './outbox';
import styles from './Write.module.css';

const DRAFT = 'crud';
const KEY = ['crud'];
const LAST_TTL = 'ttl';

/* Back into the box, before what was typed since. */
function giveBack(...messages: string[]) {
	storeDraft(DRAFT, [...messages, loadDraft(DRAFT)].filter(Boolean).join('\n'));
	messages.forEach(forget);
}

giveBack(...waiting()); // what a reload cut off

/* A look that began before this crud stood would take it away, one that saw it already has it. */
async function addToHome(queryClient: QueryClient, crud: Activity) {
	const { queryKey } = homeQuery;
	await queryClient.cancelQueries({ queryKey });
	queryClient.setQueryData(queryKey, (home) => {
		const [first, ...rest] = home?.pages ?? [];
		if (!home || !first || first.items.some(({ uuid }) => uuid === crud.uuid))
			return home;
		return { ...home, pages: [{ ...first, items: [crud, ...first.items] }, ...rest] };
	});
}

function forgetFailures(queryClient: QueryClient) {
	const cache = queryClient.getMutationCache();
	for (const failed of cache.findAll({ mutationKey: KEY, status: 'error' }))
		cache.remove(failed);
}

/* Why a crud's text came back, until the next one is sent. */
function useFailure() {
	return useMutationState({
		filters: { mutationKey: KEY, status: 'error' },
		select: ({ state }) => state.error,
	}).at(-1);
}

/* The crud shows at once; if it fails, its text comes back, wherever one is then. */
export function Write() {
	const [text, setText] = useDraft(DRAFT);
	const [ttl, setTtl] = useState(
		() => (localStorage.getItem(LAST_TTL) ?? '7-days') as Ttl,
	);
	const id = useId();
	const queryClient = useQueryClient();
	const failure = useFailure();
	const post = useMutation({
		mutationKey: KEY,
		mutationFn: postCrud,
		scope: { id: 'crud' },
		onMutate: ({ message }) => {
			keep(message);
			setText('');
			forgetFailures(queryClient);
		},
		onError: (_, { message }) => giveBack(message),
		onSuccess: async (crud, { message }) => {
			forget(message);
			await addToHome(queryClient, crud);
			queryClient.invalidateQueries({ queryKey: ['cruds'] });
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
			{failure && <Wrong>{errorWords(failure)} Your text is kept.</Wrong>}
		</section>
	);
}

type OnItsWay = { id: number; message: string; paused: boolean };

/* Cruds that the server has not confirmed, the newest first. */
export function usePending(): OnItsWay[] {
	return useMutationState({
		filters: { mutationKey: KEY, status: 'pending' },
		select: ({ state, mutationId }) => ({
			id: mutationId,
			message: (state.variables as { message: string }).message,
			/* One that waits for the one before it is paused, too. */
			paused: state.isPaused && !onlineManager.isOnline(),
		}),
	}).toReversed();
}

export function Pending({ me, cruds }: { me: User; cruds: OnItsWay[] }) {
	return cruds.map(({ id, message, paused }) => (
		<li key={id} className={styles.pending}>
			<CrudShape handle={me.handle} head={<b>{me.display_name}</b>}>
				<Prose text={closeUp(message)} />
				<p className={styles.state}>
					{paused ? 'Waiting for a connection…' : 'Posting…'}
				</p>
			</CrudShape>
		</li>
	));
}
