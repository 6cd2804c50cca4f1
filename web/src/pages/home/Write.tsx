import {
	onlineManager,
	type QueryClient,
	useMutation,
	useMutationState,
	useQueryClient,
} from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type Activity, postCrud, type Ttl, type User } from '../../api/client';
import { errorWords, sendAgain } from '../../api/problem';
import { homeQuery } from '../../api/queries';
import { CrudShape } from '../../cruds/Crud';
import { CRUD_MAX, TTL_WORDS } from '../../cruds/limits';
import {
	forget,
	type Kept,
	keep,
	keepOnly,
	keyFor,
	sendKey,
	useResend,
} from '../../lib/outbox';
import { closeUp } from '../../lib/text';
import { loadDraft, storeDraft, useDraft } from '../../lib/useDraft';
import { Composer } from '../../ui/Composer';
import { Prose } from '../../ui/Prose';
import { Wrong } from '../../ui/States';
import styles from './Write.module.css';

const DRAFT = 'crud';
const PLACE = 'crud'; // in the outbox: what is on its way
const BACK = 'crud back'; // and what came back, whose key goes with its text
const KEY = sendKey(PLACE);
const LAST_TTL = 'ttl';

type Send = Kept & { ttl: Ttl };

/* Back into the box, before what was typed since. */
function giveBack({ key, message }: Send) {
	storeDraft(DRAFT, [message, loadDraft(DRAFT)].filter(Boolean).join('\n'));
	keepOnly(BACK, { key, message });
	forget(PLACE, key);
}

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
function usePost() {
	const queryClient = useQueryClient();
	const { mutate } = useMutation({
		mutationKey: KEY,
		mutationFn: postCrud,
		scope: { id: 'crud' },
		retry: sendAgain,
		onError: (_, send) => giveBack(send),
		onSuccess: async (crud, { key }) => {
			forget(PLACE, key);
			forget(BACK, key);
			await addToHome(queryClient, crud);
			queryClient.invalidateQueries({ queryKey: ['cruds'] });
		},
	});

	useResend(PLACE, mutate);

	return (message: string, ttl: Ttl) => {
		const send = { key: keyFor(BACK, message), message, ttl };
		keep(PLACE, send);
		forgetFailures(queryClient);
		mutate(send);
	};
}

export function Write() {
	const [text, setText] = useDraft(DRAFT);
	const [ttl, setTtl] = useState(
		() => (localStorage.getItem(LAST_TTL) ?? '7-days') as Ttl,
	);
	const id = useId();
	const failure = useFailure();
	const post = usePost();

	function send(message: string) {
		setText('');
		post(message, ttl);
	}

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
				onSend={send}
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

type OnItsWay = { key: string; message: string; paused: boolean };

/* Cruds that the server has not confirmed, the newest first. */
export function usePending(): OnItsWay[] {
	return useMutationState({
		filters: { mutationKey: KEY, status: 'pending' },
		select: ({ state }) => ({
			...(state.variables as Send),
			/* One that waits for the one before it is paused, too. */
			paused: state.isPaused && !onlineManager.isOnline(),
		}),
	}).toReversed();
}

export function Pending({ me, cruds }: { me: User; cruds: OnItsWay[] }) {
	return cruds.map(({ key, message, paused }) => (
		<li key={key} className={styles.pending}>
			<CrudShape handle={me.handle} head={<b>{me.display_name}</b>}>
				<Prose text={closeUp(message)} />
				<p className={styles.state}>
					{paused ? 'Waiting for a connection…' : 'Posting…'}
				</p>
			</CrudShape>
		</li>
	));
}
