import type { ReactNode } from 'react';
import styles from './Conversation.module.css';

/* Where messages would stand: why there are none. */
export function Instead({ children }: { children: ReactNode }) {
	return <div className={styles.instead}>{children}</div>;
}
