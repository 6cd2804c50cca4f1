import { useMutation } from '@tanstack/react-query';
import { errorWords } from '../api/problem';

type Props = { email: string; send: (email: string) => Promise<unknown>; sent: string };

/* For those whose code did not come; `sent` says what is on its way now. */
export function Resend({ email, send, sent }: Props) {
	const resend = useMutation({ mutationFn: send });
	const idle = email !== '' && !resend.isPending;
	return (
		<p role="status">
			{resend.isSuccess && `${sent} `}
			{resend.isError && `${errorWords(resend.error)} `}
			<button
				type="button"
				className="link-button"
				aria-disabled={!idle}
				onClick={() => idle && resend.mutate(email)}
			>
				Send another code
			</button>
		</p>
	);
}
