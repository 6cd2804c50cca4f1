import type { ReactNode } from 'react';
import { Head } from '../ui/Head';
import { Mark } from '../ui/Logo';
import styles from './Door.module.css';

type Props = { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode };

/* The page around sign-in, sign-up and their kin. */
export function Door({ title, lead, children, foot }: Props) {
	return (
		<div className={styles.door}>
			<Mark size={48} />
			<Head title={title} />
			{lead && <p className={styles.lead}>{lead}</p>}
			<div className={`sheet ${styles.card}`}>{children}</div>
			{foot && <p className={styles.foot}>{foot}</p>}
		</div>
	);
}
