import { type ReactNode, useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import type { Activity } from '../api/client';
import { useMe } from '../api/queries';
import { signInPath } from '../app/SignedIn';
import { closeUp } from '../lib/text';
import { loadDraft } from '../lib/useDraft';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { Prose } from '../ui/Prose';
import { When } from '../ui/When';
import styles from './Crud.module.css';
import { Life } from './Life';
import { ReplyBox, replyDraft } from './ReplyBox';

type ShellProps = { handle: string; head: ReactNode; children: ReactNode };

/* The shape of a crud, also of one on its way. */
export function CrudShape({ handle, head, children }: ShellProps) {
	return (
		<article className={styles.crud}>
			<Link to={`/@${handle}`} tabIndex={-1} aria-hidden="true" className={styles.face}>
				<Avatar handle={handle} />
			</Link>
			<div className={styles.body}>
				<header className={styles.head}>{head}</header>
				{children}
			</div>
		</article>
	);
}

type Props = { crud: Activity; large?: boolean; showParent?: boolean };

export function Crud({ crud, large = false, showParent = true }: Props) {
	const me = useMe();
	const navigate = useNavigate();
	const here = useLocation();
	const [begun] = useState(() => loadDraft(replyDraft(crud.uuid)) !== null);
	const [asked, ask] = useState<boolean>();
	const replying = asked ?? begun;
	const button = useRef<HTMLButtonElement>(null);
	const thread = `/cruds/${crud.uuid}`;
	const replies = crud.replies_count;
	const parent = crud.reply_to_activity_uuid;

	function close() {
		const shape = button.current?.closest('article');
		if (shape?.contains(document.activeElement)) button.current?.focus();
		ask(false);
	}

	return (
		<CrudShape
			handle={crud.handle}
			head={
				<>
					<Link to={`/@${crud.handle}`} className={styles.who}>
						<bdi>{crud.display_name}</bdi> <span>@{crud.handle}</span>
					</Link>
					<Link to={thread} className={styles.when}>
						<When at={crud.created_at} />
					</Link>
				</>
			}
		>
			{parent && showParent && (
				<Link to={`/cruds/${parent}`} className={styles.parent}>
					in reply to a crud
				</Link>
			)}
			<div className={large ? styles.large : undefined}>
				<Prose text={closeUp(crud.message)} />
			</div>
			<footer className={styles.foot}>
				{!(large && me) && (
					<button
						type="button"
						ref={button}
						aria-expanded={me ? replying : undefined}
						onClick={() => (me ? ask(!replying) : navigate(signInPath(here)))}
					>
						<Icon name="reply" size={18} /> Reply
						<span className="visually-hidden"> to {crud.display_name}</span>
					</button>
				)}
				{replies > 0 && !large && (
					<Link to={thread}>{replies === 1 ? '1 reply' : `${replies} replies`}</Link>
				)}
				<Life created={crud.created_at} expires={crud.expires_at} />
			</footer>
			{me && replying && !large && (
				<ReplyBox to={crud} done={close} autoFocus={asked === true} />
			)}
		</CrudShape>
	);
}
