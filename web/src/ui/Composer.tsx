import {
	type FormEvent,
	type KeyboardEvent,
	type ReactNode,
	type RefObject,
	useRef,
} from 'react';
import { textLength } from '../lib/text';
import styles from './Composer.module.css';
import { Counter } from './Counter';

type Props = {
	label: string;
	placeholder: string;
	max: number;
	text: string;
	onText: (text: string) => void;
	onSend: (text: string) => void;
	onEscape?: () => void;
	send: ReactNode;
	sendLabel?: string;
	/* Enter sends and Shift+Enter breaks the line; else Ctrl+Enter sends. */
	enterSends?: boolean;
	countFrom?: number;
	autoFocus?: boolean;
	/* Where one types, for those who lead the focus there. */
	area?: RefObject<HTMLTextAreaElement | null>;
	children?: ReactNode;
};

/* Where one writes: a crud, a reply or a message. */
export function Composer(props: Props) {
	const { text, max, enterSends = false } = props;
	const own = useRef<HTMLTextAreaElement>(null);
	const area = props.area ?? own;
	const length = textLength(text);
	const sendable = length > 0 && length <= max;

	function send(event: FormEvent | KeyboardEvent) {
		event.preventDefault();
		area.current?.focus();
		if (sendable) props.onSend(text.trim());
	}

	function onKeyDown(event: KeyboardEvent) {
		/* 229: Safari's Enter that ends a composition, which is over for it by then. */
		const composing = event.nativeEvent.isComposing || event.keyCode === 229;
		if (composing) return;
		if (event.key === 'Escape') props.onEscape?.();
		if (event.key !== 'Enter') return;
		const wanted = enterSends ? !event.shiftKey : event.ctrlKey || event.metaKey;
		if (wanted) send(event);
	}

	return (
		<form
			className={styles.composer}
			data-compact={enterSends || undefined}
			onSubmit={send}
		>
			<textarea
				ref={area}
				aria-label={props.label}
				placeholder={props.placeholder}
				value={text}
				rows={1}
				dir="auto"
				// biome-ignore lint/a11y/noAutofocus: only where somebody asked to write
				autoFocus={props.autoFocus}
				onChange={(event) => props.onText(event.target.value)}
				onKeyDown={onKeyDown}
			/>
			<div className={styles.tools}>
				{props.children}
				<span className={styles.gap} />
				<Counter text={text} max={max} from={props.countFrom ?? 1} />
				<button
					type="submit"
					className={enterSends ? 'button icon' : 'button small'}
					aria-disabled={!sendable}
					aria-label={props.sendLabel}
				>
					{props.send}
				</button>
			</div>
		</form>
	);
}
