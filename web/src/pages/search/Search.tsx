import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';
import { searchQuery } from '../../api/queries';
import { CrudList } from '../../cruds/CrudList';
import { isHandle } from '../../lib/text';
import { Head } from '../../ui/Head';
import { Icon } from '../../ui/Icon';
import { Empty } from '../../ui/States';
import styles from './Search.module.css';

function SearchForm({ term, search }: { term: string; search: (term: string) => void }) {
	const input = useRef<HTMLInputElement>(null);
	/* "Back" changes the term; a new input would lose the focus. */
	useEffect(() => {
		if (input.current) input.current.value = term;
	}, [term]);

	function onSubmit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const wanted = new FormData(event.currentTarget).get('term');
		search(String(wanted).trim());
	}
	return (
		<search>
			<form className={styles.form} onSubmit={onSubmit}>
				<Icon name="search" />
				<input
					type="search"
					name="term"
					aria-label="Search cruds and people"
					placeholder="Words or names"
					maxLength={100}
					defaultValue={term}
					ref={input}
				/>
				<button type="submit" className="button small">
					Search
				</button>
			</form>
		</search>
	);
}

/* Who has no crud alive is not found here, but has a page. */
function Nothing({ term }: { term: string }) {
	const handle = term.replace(/^@/, '');
	return (
		<Empty icon="search" title={`Nothing about “${term}”`}>
			<p className="soft">
				This looks through the cruds that are alive, and who wrote them. Try fewer
				letters, or another word.
			</p>
			{isHandle(handle) && (
				<Link to={`/@${handle}`} className="button quiet">
					Go to @{handle}
				</Link>
			)}
		</Empty>
	);
}

export default function Search() {
	const [params, setParams] = useSearchParams();
	const term = params.get('term')?.replaceAll('\0', '').trim() ?? '';
	const found = useInfiniteQuery(searchQuery(term));
	return (
		<>
			<Head title="Search" />
			<SearchForm term={term} search={(next) => setParams({ term: next })} />
			{term === '' ? (
				<Empty icon="search" title="What are you looking for?">
					<p className="soft">Search what people say now. What has expired is gone.</p>
				</Empty>
			) : (
				<CrudList query={found} what="cruds" empty={<Nothing term={term} />} />
			)}
		</>
	);
}
