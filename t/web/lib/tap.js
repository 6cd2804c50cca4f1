/*
 * node:test's events as the TAP that prove reads: a line a test (node's own
 * reporter writes YAML that prove cannot read). What failed and what was
 * measured go to standard error, which prove shows.
 */
import { inspect } from 'node:util';

const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

function tell(text) {
	process.stderr.write(`${text.replace(/^/gm, '# ')}\n`);
}

export default async function* tap(events) {
	let count = 0;
	for await (const { type, data } of events) {
		if (type === 'test:diagnostic' && !SUMMARY.test(data.message))
			tell(data.message);
		if (type !== 'test:pass' && type !== 'test:fail') continue;
		if (type === 'test:fail') {
			const error = data.details.error.cause ?? data.details.error;
			tell(`${data.name}: ${inspect(error)}`);
		}
		if (data.nesting > 0) continue;
		count++;
		yield `${type === 'test:pass' ? 'ok' : 'not ok'} ${count} - ${data.name}\n`;
	}
	yield `1..${count}\n`;
}
