import type { RefObject } from 'react';
import { Composer } from '../../ui/Composer';
import { Icon } from '../../ui/Icon';
import styles from './Conversation.module.css';
import { COUNT_FROM, MESSAGE_MAX } from './limits';

/* With a keyboard at hand one wants to type at once; on a phone, to read. */
export const HAS_KEYBOARD = matchMedia('(hover: hover)').matches;

type Props = {
	to: string | undefined;
	text: string;
	onText: (text: string) => void;
	onSend: (message: string) => void;
	area?: RefObject<HTMLTextAreaElement | null>;
};

export function MessageComposer({ to, ...rest }: Props) {
	return (
		<div className={styles.composer}>
			<Composer
				label={to ? `Message to ${to}` : 'Message'}
				placeholder="Write a message"
				max={MESSAGE_MAX}
				countFrom={COUNT_FROM}
				send={<Icon name="send" />}
				sendLabel="Send"
				enterSends
				autoFocus={HAS_KEYBOARD}
				{...rest}
			/>
		</div>
	);
}
