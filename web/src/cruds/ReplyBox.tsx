import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Activity, postReply } from '../api/client';
import { errorWords } from '../api/problem';
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
		onSuccess: (_, { message }) => {
			if (loadDraft(draft)?.trim() === message) setText('');
			done?.();
			return queryClient.invalidateQueries({ queryKey: ['cruds'] });
		},
	});

	return (
		<div className={styles.box}>
			<Composer
				label={`Reply to ${to.display_name}`}
				placeholder={`Reply to ${to.display_name}`}
				max={CRUD_MAX}
				text={text}
				onText={setText}
				onEscape={done}
				onSend={(message) => reply.isPending || reply.mutate({ to: to.uuid, message })}
				send={reply.isPending ? 'Replying…' : 'Reply'}
				autoFocus={autoFocus}
			/>
			{reply.isError && <Wrong>{errorWords(reply.error)} Your text is kept.</Wrong>}
		</div>
	);
}
