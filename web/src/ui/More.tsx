import { useEffect, useRef } from 'react';
import styles from './More.module.css';

type Props = {
	query: {
		hasNextPage: boolean;
		isFetchingNextPage: boolean;
		fetchNextPage: () => unknown;
	};
	words?: string;
};

/*
 * Loads the next page when it comes near the edge of what scrolls (the nearest
 * data-scrolls, or the window); a button for those who tab.
 */
export function More({ query, words = 'Show more' }: Props) {
	const { hasNextPage: has, isFetchingNextPage: loading, fetchNextPage: load } = query;
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (!has || loading || !button.current) return;
		const near = new IntersectionObserver(
			([entry]) => {
				if (entry?.isIntersecting) load();
			},
			{ root: button.current.closest('[data-scrolls]'), rootMargin: '400px' },
		);
		near.observe(button.current);
		return () => near.disconnect();
	}, [has, loading, load]);

	if (!has) return null;
	return (
		<div className={styles.more}>
			<button
				type="button"
				ref={button}
				className="button quiet small"
				aria-disabled={loading}
				onClick={() => loading || load()}
			>
				{loading ? 'Loading…' : words}
			</button>
		</div>
	);
}
