import { Link } from 'react-router';
import styles from './Welcome.module.css';

/* For those who are not signed in: what this is, in one look. */
export function Welcome() {
	return (
		<section className={styles.welcome} aria-labelledby="welcome">
			<svg className={styles.rings} aria-hidden="true" viewBox="0 0 200 200" fill="none">
				<circle className={styles.track} cx="100" cy="100" r="84" />
				<circle
					className={styles.outer}
					cx="100"
					cy="100"
					r="84"
					pathLength="100"
					strokeDasharray="74 100"
					transform="rotate(-90 100 100)"
				/>
				<circle className={styles.track} cx="100" cy="100" r="56" />
				<circle
					className={styles.inner}
					cx="100"
					cy="100"
					r="56"
					pathLength="100"
					strokeDasharray="38 100"
					transform="rotate(-90 100 100)"
				/>
				<circle className={styles.spark} cx="100" cy="100" r="17" />
			</svg>
			<h2 id="welcome">
				Say it. Then
				<br />
				let it go.
			</h2>
			<p>
				A crud is short, and it burns down: in an hour, in a week, when you say. What
				matters, take to a conversation.
			</p>
			<p className={styles.doors}>
				<Link to="/signup" className="button">
					Join cruddur
				</Link>
				<Link to="/signin">I have an account</Link>
			</p>
		</section>
	);
}
