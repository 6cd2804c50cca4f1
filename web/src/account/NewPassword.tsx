import { useState } from 'react';
import { Field } from '../ui/Field';
import { Icon } from '../ui/Icon';
import styles from './NewPassword.module.css';

/* Cognito's rules, as the user pool of the template sets them. */
const RULES: [string, RegExp][] = [
	['8 characters', /.{8}/su],
	['a small letter', /[a-z]/],
	['a capital letter', /[A-Z]/],
	['a digit', /[0-9]/],
	['a sign, like ! or ?', /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/],
];

type Props = { label?: string; wrong?: string | undefined };

/* A password to be chosen, with the rules ticked off as they are met. */
export function NewPassword({ label = 'Password', wrong }: Props) {
	const [password, setPassword] = useState('');
	return (
		<Field
			label={label}
			type="password"
			name="password"
			autoComplete="new-password"
			required
			minLength={8}
			maxLength={256}
			wrong={wrong}
			value={password}
			onChange={(event) => setPassword(event.target.value)}
			hint={
				<ul className={styles.rules}>
					{RULES.map(([words, rule]) => (
						<li key={words} data-met={rule.test(password) || undefined}>
							<Icon name="check" size={14} />
							{words}
							<span className="visually-hidden">
								{rule.test(password) ? ' (done)' : ' (missing)'}
							</span>
						</li>
					))}
				</ul>
			}
		/>
	);
}
