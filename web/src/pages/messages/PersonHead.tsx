import type { MouseEvent } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { Avatar } from '../../ui/Avatar';
import { Head } from '../../ui/Head';
import { Icon } from '../../ui/Icon';
import styles from './Conversation.module.css';

type Props = { person: { handle: string; display_name: string } | undefined };

/* Who has come from the list goes back to where it was scrolled to. */
function Back() {
	const { state } = useLocation();
	const navigate = useNavigate();
	function onClick(event: MouseEvent) {
		if (state?.fromList !== true || event.ctrlKey || event.metaKey || event.shiftKey)
			return;
		event.preventDefault();
		navigate(-1);
	}
	return (
		<Link
			to="/messages"
			className={styles.back}
			aria-label="All conversations"
			onClick={onClick}
		>
			<Icon name="back" />
		</Link>
	);
}

export function PersonHead({ person }: Props) {
	return (
		<header className={styles.head}>
			<Back />
			{person && <Avatar handle={person.handle} size={40} />}
			<div className={styles.person}>
				<Head title={person?.display_name ?? 'Conversation'} />
				{person && <Link to={`/@${person.handle}`}>@{person.handle}</Link>}
			</div>
		</header>
	);
}
