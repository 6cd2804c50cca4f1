/*
 * Messages that the server has not confirmed, in this tab: a reload sends them
 * again, under the same key. Signing out forgets them. A first message, whose
 * group is not there yet, lies under the name of its draft.
 */
export type Outgoing = { key: string; group: string; message: string };

const place = (group: string) => `outbox:${group}`;

export function waiting(group: string): Outgoing[] {
	return JSON.parse(sessionStorage.getItem(place(group)) ?? '[]');
}

function store(group: string, all: Outgoing[]) {
	if (all.length === 0) sessionStorage.removeItem(place(group));
	else sessionStorage.setItem(place(group), JSON.stringify(all));
}

export function keep(send: Outgoing) {
	store(send.group, [...waiting(send.group), send]);
}

export function keepOnly(send: Outgoing) {
	store(send.group, [send]);
}

export function forget({ group, key }: Pick<Outgoing, 'group' | 'key'>) {
	store(
		group,
		waiting(group).filter((send) => send.key !== key),
	);
}
