import { Link } from 'react-router';
import { pieces } from '../lib/text';
import styles from './Prose.module.css';

/* What somebody wrote: their line breaks, with links and mentions live. */
export function Prose({ text }: { text: string }) {
	let at = 0;
	return (
		<p className={styles.prose} dir="auto">
			{pieces(text).map((piece) => {
				const key = at;
				at += piece.text.length;
				if (piece.kind === 'link')
					return (
						<a
							key={key}
							dir="ltr"
							href={piece.href}
							target="_blank"
							rel="noopener noreferrer nofollow"
						>
							{piece.text}
						</a>
					);
				if (piece.kind === 'mention')
					return (
						<Link key={key} dir="ltr" to={`/@${piece.handle}`}>
							{piece.text}
						</Link>
					);
				return piece.text;
			})}
		</p>
	);
}
