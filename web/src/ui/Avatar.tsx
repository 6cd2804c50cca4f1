import styles from './Avatar.module.css';

function hash(text: string): number {
	let h = 2166136261;
	for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16777619);
	/* Mix, or handles that look alike would look alike. */
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return (h ^ (h >>> 16)) >>> 0;
}

/* A face for a handle: always the same, hardly ever somebody else's. */
export function Avatar({ handle, size = 44 }: { handle: string; size?: number }) {
	const h = hash(handle.toLowerCase());
	const hue = h % 360;
	const turn = 25 + ((h >>> 9) % 110);
	const x = 4 + ((h >>> 16) % 32);
	const y = 6 + ((h >>> 21) % 28);
	const r = 11 + ((h >>> 26) % 8);
	return (
		<svg
			aria-hidden="true"
			className={styles.avatar}
			width={size}
			height={size}
			viewBox="0 0 40 40"
		>
			<rect width="40" height="40" fill={`hsl(${hue} 48% 80%)`} />
			<circle cx={x} cy={y} r={r} fill={`hsl(${(hue + turn) % 360} 62% 68%)`} />
			<circle cx={40 - x} cy={40 - y} r={r * 0.55} fill={`hsl(${hue} 55% 58%)`} />
			<text
				className={styles.letter}
				x="20"
				y="27"
				textAnchor="middle"
				fill={`hsl(${hue} 60% 15%)`}
			>
				{[...handle][0]?.toUpperCase()}
			</text>
		</svg>
	);
}
