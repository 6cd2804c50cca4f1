import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { useForm } from '../../account/useForm';
import { type Profile, updateProfile } from '../../api/client';
import { meQuery } from '../../api/queries';
import { textLength } from '../../lib/text';
import { dropDraft, loadDraft, useDraft } from '../../lib/useDraft';
import { Counter } from '../../ui/Counter';
import { Field } from '../../ui/Field';
import fieldStyles from '../../ui/Field.module.css';
import { Head } from '../../ui/Head';
import { Wrong } from '../../ui/States';
import styles from './Profile.module.css';

const BIO_MAX = 300;
const NAME_DRAFT = 'profile:name';
const BIO_DRAFT = 'profile:bio';

/* Was somebody in the midst of it? */
export function isEditing(): boolean {
	return loadDraft(NAME_DRAFT) !== null || loadDraft(BIO_DRAFT) !== null;
}

type Props = { person: Profile; done: () => void; autoFocus: boolean };

export function EditProfile({ person, done, autoFocus }: Props) {
	const [name, setName] = useDraft(NAME_DRAFT, person.display_name);
	const [bio, setBio] = useDraft(BIO_DRAFT, person.bio);
	const bioId = useId();
	const queryClient = useQueryClient();

	function close() {
		dropDraft(NAME_DRAFT);
		dropDraft(BIO_DRAFT);
		done();
	}

	const form = useForm(
		['display_name'],
		() => updateProfile({ display_name: name.trim(), bio: bio.trim() }),
		async (user) => {
			queryClient.setQueryData(meQuery.queryKey, user);
			await queryClient.invalidateQueries({ queryKey: ['cruds'] });
			close();
		},
	);
	const tooLong = textLength(bio) > BIO_MAX;

	function onSubmit(event: FormEvent<HTMLFormElement>) {
		if (tooLong) event.preventDefault();
		else form.props.onSubmit(event);
	}

	return (
		<form
			className={`sheet ${styles.edit}`}
			{...form.props}
			onSubmit={onSubmit}
			aria-label="Edit profile"
		>
			<Head title="Your profile" />
			{form.summary && <Wrong>{form.summary}</Wrong>}
			<Field
				label="Name"
				name="display_name"
				required
				pattern=".{1,50}"
				title="1 to 50 characters"
				autoComplete="name"
				autoFocus={autoFocus}
				value={name}
				onChange={(event) => setName(event.target.value)}
				wrong={form.wrong('display_name')}
			/>
			<div className={fieldStyles.field}>
				<label htmlFor={bioId}>Bio</label>
				<textarea
					id={bioId}
					name="bio"
					value={bio}
					onChange={(event) => setBio(event.target.value)}
				/>
				<Counter text={bio} max={BIO_MAX} />
			</div>
			<div className={styles.actions}>
				<button
					type="submit"
					className="button small"
					aria-disabled={form.isPending || tooLong}
				>
					{form.isPending ? 'Saving…' : 'Save'}
				</button>
				<button type="button" className="button quiet small" onClick={close}>
					Cancel
				</button>
			</div>
		</form>
	);
}
