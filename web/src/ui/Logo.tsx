import styles from './Logo.module.css';

/* A ring that has begun to burn down: a c, and the life of a crud. */
export function Mark({ size = 32 }: { size?: number }) {
	return (
		<svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" fill="none">
			<path
				className={styles.ring}
				d="M24.6 9.2A11 11 0 1 0 24.6 22.8"
				strokeWidth="5.5"
			/>
			<circle className={styles.spark} cx="26.6" cy="16" r="3.4" />
		</svg>
	);
}

export function Logo() {
	return (
		<span className={styles.logo}>
			<Mark />
			<span className={styles.word}>cruddur</span>
		</span>
	);
}
