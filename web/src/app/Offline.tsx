import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { Icon } from '../ui/Icon';
import styles from './Offline.module.css';

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);

export function Offline() {
	const online = useSyncExternalStore(subscribe, () => onlineManager.isOnline());
	return (
		<div role="status">
			{!online && (
				<p className={styles.offline}>
					<Icon name="cloud" size={18} />
					You are offline. What you send waits until you are back.
				</p>
			)}
		</div>
	);
}
