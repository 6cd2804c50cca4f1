import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Activity, postReply } from '../api/client';
import { errorWords, sendAgain } from '../api/problem';
import { forget, keepOnly, keyFor } from '../lib/outbox';
import { loadDraft, useDraft } from '../lib/useDraft';
import { Composer } from '../ui/Composer';
import { Wrong } from '../ui/States';
import { CRUD_MAX } from './limits';
import styles from './ReplyBox.module.css';

export const replyDraft = (uuid: string) => `reply:${uuid}`;

type Props = { to: Activity; done?: () => void; autoFocus?: boolean };

/* A reply, in place. The text stays until the server has it. */
export function ReplyBox({ to, done, autoFocus = false }: Props) {
	const draft = replyDraft(to.uuid);
	const [text, setText] = useDraft(draft);
	const queryClient = useQueryClient();
	const reply = useMutation({
		mutationKey: ['reply', to.uuid],
		mutationFn: postReply,
		retry: sendAgain,
		onSuccess: (_, { key, message }) => {
			forget(draft, key);
			if (loadDraft(draft)?.trim() === message) setText('');
			done?.();
			return queryClient.invalidateQueries({ queryKey: ['cruds'] });
		},
	});

	function send(message: string) {
		if (reply.isPending) return;
		const key = keyFor(draft, message);
		keepOnly(draft, { key, message });
		reply.mutate({ key, to: to.uuid, message });
	}

	return (
		<div className={styles.box}>
			<Composer
				label={`Reply to ${to.display_name}`}
				placeholder={`Reply to ${to.display_name}`}
				max={CRUD_MAX}
				text={text}
				onText={setText}
				onEscape={done}
				onSend={send}
				send={reply.isPending ? 'Replying…' : 'Reply'}
				autoFocus={autoFocus}
			/>
			{reply.isError && <Wrong>{errorWords(reply.error)} Your text is kept.</Wrong>}
		</div>
	);
}
