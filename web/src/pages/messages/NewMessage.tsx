import type { FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { Icon } from '../../ui/Icon';
import styles from './Messages.module.css';

/* Begin a conversation with a handle. */
export function NewMessage() {
	const navigate = useNavigate();
	function onSubmit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const wanted = String(new FormData(event.currentTarget).get('handle'));
		const handle = wanted.trim().replace(/^@/, '');
		if (handle) navigate(`/messages/new/${encodeURIComponent(handle)}`);
		event.currentTarget.reset();
	}
	return (
		<form className={styles.begin} onSubmit={onSubmit}>
			<input
				name="handle"
				aria-label="Write to a handle"
				placeholder="Write to @handle"
				autoCapitalize="none"
				autoComplete="off"
				spellCheck={false}
				required
			/>
			<button type="submit" className="button quiet icon" aria-label="Begin">
				<Icon name="pen" />
			</button>
		</form>
	);
}
