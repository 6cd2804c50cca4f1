import type { ReactNode } from 'react';
import { ApiError, errorWords, hasStatus, isFinal } from '../api/problem';
import { Icon, type IconName } from './Icon';
import styles from './States.module.css';

/* Grey shapes where rows are going to be. */
export function Loading({ rows = 4, what }: { rows?: number; what: string }) {
	return (
		<div className={styles.loading} role="status">
			<span className="visually-hidden">Loading {what}…</span>
			{Array.from({ length: rows }, (_, row) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: they never move
				<div key={row} className={styles.row} aria-hidden="true">
					<span className={styles.face} />
					<span className={styles.lines}>
						<span />
						<span />
					</span>
				</div>
			))}
		</div>
	);
}

type EmptyProps = { icon: IconName; title: string; children?: ReactNode };

export function Empty({ icon, title, children }: EmptyProps) {
	return (
		<div className={styles.empty}>
			<span className={styles.badge}>
				<Icon name={icon} size={28} />
			</span>
			<h2>{title}</h2>
			{children}
		</div>
	);
}

type FailedProps = { error: unknown; retry: () => void; what: string };

/* Nothing to show, and why; what may get well tries again by itself, or when asked. */
export function Failed({ error, retry, what }: FailedProps) {
	const gone = hasStatus(error, 404);
	const final = isFinal(error);
	return (
		<div className={styles.empty} role="alert">
			<span className={styles.badge} data-bad>
				<Icon name={gone ? 'search' : 'cloud'} size={28} />
			</span>
			<h2>{gone ? `No ${what} here` : `Could not load ${what}`}</h2>
			<p className="soft">{errorWords(error)}</p>
			{!final && (
				<button type="button" className="button quiet" onClick={retry}>
					Try again
				</button>
			)}
			{error instanceof ApiError && error.requestId && !final && (
				<p className={styles.id}>Request {error.requestId}</p>
			)}
		</div>
	);
}

/* A line above what is shown: it is old, and why. */
export function Stale({ error }: { error: unknown }) {
	return (
		<p className={styles.stale} role="status">
			<Icon name="cloud" size={18} /> {errorWords(error)} Trying again.
		</p>
	);
}

export function Wrong({ children }: { children: ReactNode }) {
	return (
		<p className={styles.wrong} role="alert">
			<Icon name="alert" size={18} />
			<span>{children}</span>
		</p>
	);
}
