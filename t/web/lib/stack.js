/* The stack that the Perl side started: its address, its people, its parts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('../../..', import.meta.url));

export const url = process.env.CRUDDUR_URL;
export const password = process.env.CRUDDUR_DEMO_PASSWORD;

/* Of cognito-local, for everybody (dev). */
export const CODE = '123456';

/* Those of sql/seed.sql. */
export const andrew = {
	email: 'andrew@exampro.example',
	handle: 'andrewbrown',
	name: 'Andrew Brown',
};
export const bayko = {
	email: 'bayko@exampro.example',
	handle: 'bayko',
	name: 'Andrew Bayko',
};
export const ulake = {
	email: 'ulake@example.com',
	handle: 'ulake',
	name: 'Chinedu Obi',
};
/* The conversation that `cruddur ddb seed` makes, and how many messages it has. */
export const conversation = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';

export function demoMessages() {
	const text = readFileSync(`${TOP}/demo/conversation.txt`, 'utf8');
	return text.split('\n').filter((line) => /^\w+: /.test(line)).length;
}

/* ./dev stop api, ./dev start api, ./dev token bayko … */
export function dev(...words) {
	return execFileSync(`${TOP}/dev`, words, { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/* The API as that person, without a browser. */
export function apiOf({ handle }) {
	const token = dev('token', handle);
	return async (method, path, body) => {
		const answer = await fetch(url + path, {
			method,
			headers: {
				Authorization: `Bearer ${token}`,
				...(body && { 'Content-Type': 'application/json' }),
			},
			body: body && JSON.stringify(body),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
		return answer.json();
	};
}
