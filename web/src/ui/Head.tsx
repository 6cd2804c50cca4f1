import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import styles from './Head.module.css';

/* Where the focus was last taken care of; the first page leaves it alone. */
let arrivedAt: string | undefined;

type Props = { title: string; children?: ReactNode; hidden?: boolean };

/*
 * A page's title: in the tab, and as the heading to which the focus moves when
 * one comes from another page, so that a screen reader says where one is. Where
 * the page goes on to another state, the heading of that takes the focus over.
 */
export function Head({ title, children, hidden = false }: Props) {
	const heading = useRef<HTMLHeadingElement>(null);
	const { pathname } = useLocation();
	useEffect(() => {
		const elsewhere = arrivedAt !== undefined && arrivedAt !== pathname;
		if (elsewhere && !document.activeElement?.closest('main'))
			heading.current?.focus({ preventScroll: true });
		arrivedAt = pathname;
	}, [pathname]);
	useLayoutEffect(() => {
		const here = heading.current;
		return () => {
			if (document.activeElement === here) arrivedAt = '';
		};
	}, []);
	return (
		<div className={hidden ? 'visually-hidden' : styles.head}>
			<title>{`${title} · cruddur`}</title>
			<h1 ref={heading} tabIndex={-1}>
				{title}
			</h1>
			{children}
		</div>
	);
}
