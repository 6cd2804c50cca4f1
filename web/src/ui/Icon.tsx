/* Drawn on a 24 by 24 grid, one stroke; decoration, so hidden from readers. */
const SHAPES = {
	home: 'M4 11.5 12 4.5l8 7M6.5 10v9h11v-9M10.5 19v-5h3v5',
	search: 'M11 4.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13ZM15.8 15.8 20 20',
	bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 20.5h4',
	mail: 'M4.5 6h15v10.5h-8L7.5 20v-3.5h-3Z',
	person:
		'M12 4.5a3.75 3.75 0 1 0 0 7.5a3.75 3.75 0 0 0 0-7.5ZM5 20c.6-3.8 3.4-5.5 7-5.5s6.4 1.7 7 5.5',
	reply: 'M10 6 4.5 11.5 10 17M5 11.5h7.5c4 0 6.5 2 7 6.5',
	send: 'M4.5 12 20 4.5 15.5 20l-4-6.5ZM11.5 13.5 20 4.5',
	back: 'M14.5 5 7.5 12l7 7',
	down: 'M12 5v13M6 12.5l6 6 6-6',
	pen: 'M5 19l1-4L16.5 4.5l3 3L9 18ZM14 7l3 3',
	alert: 'M12 4.5 20.5 19h-17ZM12 10v4M12 16.4v.2',
	cloud:
		'M4 4l16 16M8.5 8.6A5 5 0 0 0 7 18h10.5M12 7a5 5 0 0 1 4.7 3.6A3.8 3.8 0 0 1 20 16',
	check: 'M5 12.5 10 17.5 19.5 7',
};

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
	return (
		<svg
			aria-hidden="true"
			width={size}
			height={size}
			viewBox="0 0 24 24"
			fill="none"
			stroke="currentColor"
			strokeWidth="1.8"
			strokeLinecap="round"
			strokeLinejoin="round"
		>
			<path d={SHAPES[name]} />
		</svg>
	);
}
