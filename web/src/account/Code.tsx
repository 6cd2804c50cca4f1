import { Field } from '../ui/Field';

/* The code of six digits out of an e-mail. */
export function Code({ wrong }: { wrong: string | undefined }) {
	return (
		<Field
			label="Code"
			name="code"
			inputMode="numeric"
			autoComplete="one-time-code"
			pattern="\s*[0-9]{4,10}\s*"
			title="the digits from the e-mail"
			required
			wrong={wrong}
		/>
	);
}
