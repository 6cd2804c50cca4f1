type Props = { busy: boolean; children: string };

export function Submit({ busy, children }: Props) {
	return (
		<button type="submit" className="button" aria-disabled={busy}>
			{busy ? 'One moment…' : children}
		</button>
	);
}
