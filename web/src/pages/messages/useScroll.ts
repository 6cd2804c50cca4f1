import { useEffect, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 80;

/*
 * Keeps the newest message in sight while one is at the end or when this tab
 * sends it, and what one reads in its place when older messages come in above.
 */
export function useScroll(firstId?: string, lastId?: string, sendsLast?: boolean) {
	const ref = useRef<HTMLDivElement>(null);
	const atEnd = useRef(true);
	const before = useRef({ firstId, lastId, height: 0 });
	const [unseen, setUnseen] = useState(false);

	function toEnd() {
		const box = ref.current;
		if (box) box.scrollTop = box.scrollHeight;
	}

	function onScroll() {
		const box = ref.current;
		if (!box) return;
		atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
		if (atEnd.current) setUnseen(false);
	}

	useLayoutEffect(() => {
		const box = ref.current;
		if (!box) return;
		const was = before.current;
		before.current = { firstId, lastId, height: box.scrollHeight };
		if (was.height > 0 && was.firstId !== firstId && was.lastId === lastId)
			box.scrollTop += box.scrollHeight - was.height;
		else if (was.height === 0 || atEnd.current || sendsLast)
			box.scrollTop = box.scrollHeight;
		else if (was.lastId !== lastId) setUnseen(true);
	}, [firstId, lastId, sendsLast]);

	/* A keyboard that comes up, or a text that grows, does not hide the end. */
	useEffect(() => {
		const box = ref.current;
		if (!box) return;
		const sizes = new ResizeObserver(() => {
			if (atEnd.current) box.scrollTop = box.scrollHeight;
			before.current.height = box.scrollHeight;
		});
		sizes.observe(box);
		for (const child of box.children) sizes.observe(child);
		return () => sizes.disconnect();
	}, []);

	return { ref, onScroll, toEnd, unseen };
}
