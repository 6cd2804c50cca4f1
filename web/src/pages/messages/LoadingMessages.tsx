import styles from './LoadingMessages.module.css';

const OWN = [false, true, false, false, true];

/* Grey shapes where messages are going to be. */
export function LoadingMessages() {
	return (
		<div className={styles.loading} role="status">
			<span className="visually-hidden">Loading messages…</span>
			{OWN.map((own, row) => (
				<span
					// biome-ignore lint/suspicious/noArrayIndexKey: they never move
					key={row}
					className={styles.bubble}
					data-own={own || undefined}
					aria-hidden="true"
				/>
			))}
		</div>
	);
}
