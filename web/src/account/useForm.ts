import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef } from 'react';
import { ApiError, codeWords, errorWords } from '../api/problem';

type Values = Record<string, string>;

/* Which codes speak of which field, where the names do not say so. */
const ALIASES: Record<string, string> = { username_exists: 'email' };

function fieldOf(code: string, fields: string[]): string | undefined {
	return fields.find((field) => ALIASES[code] === field || code.startsWith(`${field}_`));
}

/*
 * A form that makes one call with what its fields hold. What the server says
 * about a field stands at that field, the rest above the form.
 */
export function useForm<T>(
	fields: string[],
	call: (values: Values) => Promise<T>,
	done: (answer: T, values: Values) => void,
) {
	const form = useRef<HTMLFormElement>(null);
	const send = useMutation({ mutationFn: call, onSuccess: done });
	const codes = send.error instanceof ApiError ? send.error.codes : [];

	useEffect(() => {
		if (send.error) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
	}, [send.error]);

	function onSubmit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const values = Object.fromEntries(new FormData(event.currentTarget)) as Values;
		if (!send.isPending) send.mutate(values);
	}

	return {
		props: { ref: form, onSubmit },
		isPending: send.isPending,
		error: send.error,
		wrong: (field: string) => {
			const code = codes.find((each) => fieldOf(each, fields) === field);
			return code && codeWords(code);
		},
		summary:
			send.error && !codes.some((code) => fieldOf(code, fields))
				? errorWords(send.error)
				: null,
	};
}
