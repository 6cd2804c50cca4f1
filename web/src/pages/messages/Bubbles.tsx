import { type ComponentProps, Fragment, type RefObject } from 'react';
import type { User } from '../../api/client';
import { errorWords } from '../../api/problem';
import { sameDay, sayClock, sayDay, sayExactly } from '../../lib/time';
import { useNow } from '../../lib/useNow';
import { Avatar } from '../../ui/Avatar';
import { Icon } from '../../ui/Icon';
import { More } from '../../ui/More';
import { Prose } from '../../ui/Prose';
import styles from './Bubbles.module.css';
import { HAS_KEYBOARD } from './MessageComposer';
import type { Bubble } from './merge';
import { useScroll } from './useScroll';

/* Messages of one person within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

type Acts = { retry: (key: string) => void; discard: (key: string) => void };

function together(a: Bubble | undefined, b: Bubble | undefined): boolean {
	if (!a || !b || a.handle !== b.handle) return false;
	return Date.parse(b.created_at) - Date.parse(a.created_at) < TOGETHER_MS;
}

function Foot({ bubble, retry, discard }: { bubble: Bubble } & Acts) {
	if (bubble.state === 'sending') return <p className={styles.foot}>Sending…</p>;
	if (bubble.state === 'waiting')
		return <p className={styles.foot}>Waiting for a connection…</p>;
	if (bubble.state === 'failed')
		return (
			<p className={styles.foot} data-failed>
				Not sent. {errorWords(bubble.error)}{' '}
				<button type="button" className="link-button" onClick={() => retry(bubble.uuid)}>
					Try again
				</button>{' '}
				<button
					type="button"
					className="link-button"
					onClick={() => discard(bubble.uuid)}
				>
					Discard
				</button>
			</p>
		);
	const at = new Date(bubble.created_at);
	return (
		<p className={styles.foot}>
			<time dateTime={bubble.created_at} title={sayExactly(at)}>
				{sayClock(at)}
			</time>
		</p>
	);
}

type Props = Acts & {
	bubbles: Bubble[];
	me: User;
	area: RefObject<HTMLTextAreaElement | null>;
	older: ComponentProps<typeof More>['query'];
};

/* Newest at the bottom. What is said while one looks is read out. */
export function Bubbles({ bubbles, me, older, area, retry, discard }: Props) {
	const now = useNow();
	const last = bubbles.at(-1);
	const sendsLast = last !== undefined && last.state !== 'sent';
	const scroll = useScroll(bubbles[0]?.uuid, last?.uuid, sendsLast);

	/* A button that goes once it is pressed does not take the focus with it. */
	function moveOn() {
		(HAS_KEYBOARD ? area : scroll.ref).current?.focus();
	}
	const acts: Acts = {
		retry: (key) => {
			retry(key);
			moveOn();
		},
		discard: (key) => {
			discard(key);
			moveOn();
		},
	};

	return (
		<div className={styles.frame}>
			<div
				ref={scroll.ref}
				className={styles.scroll}
				onScroll={scroll.onScroll}
				data-scrolls
				// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
				tabIndex={0}
				role="log"
				aria-label="Messages"
				aria-busy={older.isFetchingNextPage}
			>
				{older.hasNextPage ? (
					<More query={older} words="Show earlier messages" />
				) : (
					<p className={styles.began}>This is where it began.</p>
				)}
				<ol className={styles.list}>
					{bubbles.map((bubble, i) => {
						const at = new Date(bubble.created_at);
						const before = bubbles[i - 1];
						const newDay = !before || !sameDay(new Date(before.created_at), at);
						const first = newDay || !together(before, bubble);
						const ends = !together(bubble, bubbles[i + 1]);
						return (
							<Fragment key={bubble.uuid}>
								{newDay && <li className={styles.day}>{sayDay(at, now)}</li>}
								<li
									className={styles.bubble}
									data-own={bubble.handle === me.handle || undefined}
									data-first={first || undefined}
									data-state={bubble.state}
								>
									{first && <Avatar handle={bubble.handle} size={32} />}
									<div className={styles.body}>
										<span className="visually-hidden">{bubble.display_name}: </span>
										<div className={styles.text}>
											<Prose text={bubble.message} />
										</div>
										{(ends || bubble.state !== 'sent') && (
											<Foot bubble={bubble} {...acts} />
										)}
									</div>
								</li>
							</Fragment>
						);
					})}
				</ol>
			</div>
			{scroll.unseen && (
				<button
					type="button"
					className={`button small ${styles.news}`}
					onClick={() => {
						scroll.toEnd();
						moveOn();
					}}
				>
					<Icon name="down" size={18} /> New messages
				</button>
			)}
		</div>
	);
}
