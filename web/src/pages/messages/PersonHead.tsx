import { Link } from 'react-router';
import { Avatar } from '../../ui/Avatar';
import { Head } from '../../ui/Head';
import { Icon } from '../../ui/Icon';
import styles from './Conversation.module.css';

type Props = { person: { handle: string; display_name: string } | undefined };

export function PersonHead({ person }: Props) {
	return (
		<header className={styles.head}>
			<Link to="/messages" className={styles.back} aria-label="All conversations">
				<Icon name="back" />
			</Link>
			{person && <Avatar handle={person.handle} size={40} />}
			<div className={styles.person}>
				<Head title={person?.display_name ?? 'Conversation'} />
				{person && <Link to={`/@${person.handle}`}>@{person.handle}</Link>}
			</div>
		</header>
	);
}
