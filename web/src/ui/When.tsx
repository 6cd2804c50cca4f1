import { sayAgo, sayExactly } from '../lib/time';
import { useNow } from '../lib/useNow';

/* "5 min", and the exact time on hover. */
export function When({ at }: { at: string }) {
	const date = new Date(at);
	const now = useNow();
	return (
		<time dateTime={at} title={sayExactly(date)}>
			{sayAgo(date, now)}
		</time>
	);
}
