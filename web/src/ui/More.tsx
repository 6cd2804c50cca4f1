import { useEffect, useRef } from 'react';

type Props = { has: boolean; loading: boolean; load: () => unknown; words?: string };

/*
 * Loads the next page when it comes near the edge of what scrolls (the nearest
 * data-scrolls, or the window); a button for those who tab.
 */
export function More({ has, loading, load, words = 'Show more' }: Props) {
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
		<button
			type="button"
			ref={button}
			className="button quiet small"
			aria-disabled={loading}
			onClick={() => loading || load()}
		>
			{loading ? 'Loading…' : words}
		</button>
	);
}
