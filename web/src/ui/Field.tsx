import { type ComponentProps, type ReactNode, useId } from 'react';
import styles from './Field.module.css';

type Props = ComponentProps<'input'> & {
	label: string;
	hint?: ReactNode;
	wrong?: string | undefined;
};

/* A labelled input, its hint, and what is wrong with it. */
export function Field({ label, hint, wrong, ...input }: Props) {
	const id = useId();
	return (
		<div className={styles.field}>
			<label htmlFor={id}>{label}</label>
			<input
				id={id}
				aria-invalid={wrong ? true : undefined}
				aria-describedby={`${id}-hint`}
				{...input}
			/>
			<div id={`${id}-hint`} className={styles.hint}>
				{wrong && <p className={styles.wrong}>{wrong}</p>}
				{hint}
			</div>
		</div>
	);
}
