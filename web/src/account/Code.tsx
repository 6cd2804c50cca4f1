import { Field } from '../ui/Field';

type Props = { wrong: string | undefined; autoFocus?: boolean };

/* The code of six digits out of an e-mail. */
export function Code(props: Props) {
	return (
		<Field
			label="Code"
			name="code"
			inputMode="numeric"
			autoComplete="one-time-code"
			pattern="\s*[0-9]{4,10}\s*"
			title="the digits from the e-mail"
			required
			{...props}
		/>
	);
}
