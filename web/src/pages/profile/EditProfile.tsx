import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { type Profile, updateProfile } from '../../api/client';
import { errorWords } from '../../api/problem';
import { meQuery } from '../../api/queries';
import { textLength } from '../../lib/text';
import { dropDraft, loadDraft, useDraft } from '../../lib/useDraft';
import { Counter } from '../../ui/Counter';
import { Field } from '../../ui/Field';
import fieldStyles from '../../ui/Field.module.css';
import { Head } from '../../ui/Head';
import { Wrong } from '../../ui/States';
import styles from './Profile.module.css';

const NAME_MAX = 50;
const BIO_MAX = 300;
const NAME_DRAFT = 'profile:name';
const BIO_DRAFT = 'profile:bio';

/* Was somebody in the midst of it? */
export function isEditing(): boolean {
	return loadDraft(NAME_DRAFT) !== null || loadDraft(BIO_DRAFT) !== null;
}

type Props = { person: Profile; done: () => void };

export function EditProfile({ person, done }: Props) {
	const [name, setName] = useDraft(NAME_DRAFT, person.display_name);
	const [bio, setBio] = useDraft(BIO_DRAFT, person.bio);
	const bioId = useId();
	const queryClient = useQueryClient();

	function close() {
		dropDraft(NAME_DRAFT);
		dropDraft(BIO_DRAFT);
		done();
	}

	const save = useMutation({
		mutationFn: updateProfile,
		onSuccess: async (user) => {
			queryClient.setQueryData(meQuery.queryKey, user);
			await queryClient.invalidateQueries({ queryKey: ['cruds'] });
			close();
		},
	});

	function onSubmit(event: FormEvent) {
		event.preventDefault();
		save.mutate({ display_name: name.trim(), bio: bio.trim() });
	}

	return (
		<form
			className={`sheet ${styles.edit}`}
			onSubmit={onSubmit}
			aria-label="Edit profile"
		>
			<Head title="Your profile" />
			{save.isError && <Wrong>{errorWords(save.error)}</Wrong>}
			<Field
				label="Name"
				name="display_name"
				required
				maxLength={NAME_MAX}
				autoComplete="name"
				value={name}
				onChange={(event) => setName(event.target.value)}
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
					disabled={save.isPending || textLength(bio) > BIO_MAX}
				>
					{save.isPending ? 'Saving…' : 'Save'}
				</button>
				<button type="button" className="button quiet small" onClick={close}>
					Cancel
				</button>
			</div>
		</form>
	);
}
