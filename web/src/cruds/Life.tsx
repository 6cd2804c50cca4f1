import { lifeLeft, sayExactly, sayLeft } from '../lib/time';
import { useNow } from '../lib/useNow';
import styles from './Life.module.css';

type Props = { created: string; expires: string | null };

/* The ring that burns down with a crud. */
export function Life({ created, expires }: Props) {
	const now = useNow();
	if (expires === null) return null;
	const until = new Date(expires);
	const left = lifeLeft(new Date(created), until, now);
	return (
		<span className={styles.life} title={`Expires ${sayExactly(until)}`}>
			<svg aria-hidden="true" width="18" height="18" viewBox="0 0 18 18" fill="none">
				<circle className={styles.track} cx="9" cy="9" r="6.5" />
				<circle
					className={styles.left}
					cx="9"
					cy="9"
					r="6.5"
					pathLength="100"
					strokeDasharray={`${Math.max(2, left * 100)} 100`}
					transform="rotate(-90 9 9)"
				/>
			</svg>
			{sayLeft(until, now)}
		</span>
	);
}
