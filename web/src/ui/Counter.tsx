import { textLength } from '../lib/text';
import styles from './Counter.module.css';

type Props = { text: string; max: number; from?: number };

/* What is left of `max` characters; `from` hides it until it matters. */
export function Counter({ text, max, from = 0 }: Props) {
	const length = textLength(text);
	const left = max - length;
	if (length < from) return null;
	const near = left <= max * 0.1;
	const used = Math.min(100, (length / max) * 100);
	return (
		<span
			className={styles.counter}
			data-state={left < 0 ? 'over' : near ? 'near' : 'fine'}
		>
			<svg aria-hidden="true" width="22" height="22" viewBox="0 0 22 22" fill="none">
				<circle className={styles.track} cx="11" cy="11" r="8.5" />
				<circle
					className={styles.used}
					cx="11"
					cy="11"
					r="8.5"
					pathLength="100"
					strokeDasharray={`${used} 100`}
					transform="rotate(-90 11 11)"
				/>
			</svg>
			<span className={near ? undefined : 'visually-hidden'}>
				{left}
				<span className="visually-hidden"> characters left</span>
			</span>
		</span>
	);
}
