/*
 * Cruds that the server has not confirmed, in this tab. Nothing makes a repeat of
 * one harmless, so a reload does not send them again. Signing out forgets them.
 */
const PLACE = 'outbox';

export function waiting(): string[] {
	return JSON.parse(sessionStorage.getItem(PLACE) ?? '[]');
}

function store(messages: string[]) {
	if (messages.length === 0) sessionStorage.removeItem(PLACE);
	else sessionStorage.setItem(PLACE, JSON.stringify(messages));
}

export function keep(message: string) {
	store([...waiting(), message]);
}

export function forget(message: string) {
	const at = waiting().indexOf(message);
	store(waiting().filter((_, each) => each !== at));
}
