import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { CHROMIUM, CHROMIUM_ARGS, visitorAs } from './lib/browser.js';
import { andrew, url } from './lib/stack.js';

const AIM = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

/* Performance is a figure of the machine as well, and of what else it does: the
 * aim is printed, the floor finds what is broken. */
const AT_LEAST = [60, AIM, AIM];

/* What else the machine does makes a page slower, never faster: the best counts. */
const TRIES = 3;

/*
 * Lighthouse's phone is a quarter of a desktop whose benchmark index is 1,750.
 * A slower machine, or a busy one, is slowed down by less.
 */
const PHONE_INDEX = 1750 / 4;

/* The cookies of somebody signed in, for /messages. */
const member = await visitorAs(andrew);
const cookies = await member.context().cookies();
await member.context().close();
const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

const chrome = await launch({
	chromePath: CHROMIUM,
	chromeFlags: ['--headless', ...CHROMIUM_ARGS],
});

async function measure(path, extraHeaders, cpuSlowdownMultiplier) {
	const { lhr } = await lighthouse(url + path, {
		port: chrome.port,
		onlyCategories: CATEGORIES,
		extraHeaders,
		throttling: { cpuSlowdownMultiplier },
	});
	assert.equal(new URL(lhr.finalDisplayedUrl).pathname, path);
	const scores = CATEGORIES.map((name) => Math.round(lhr.categories[name].score * 100));
	const missed = Object.values(lhr.audits)
		.filter(({ score }) => score !== null && score < 0.9)
		.map(({ id, displayValue }) => `${id} ${displayValue ?? ''}`.trim());
	return { index: lhr.environment.benchmarkIndex, scores, missed };
}

for (const [path, extraHeaders] of [['/'], ['/signin'], ['/messages', { Cookie }]]) {
	test(path, async (t) => {
		let { index } = await measure(path, extraHeaders, 1);
		let best;
		for (let i = 0; i < TRIES && !(best?.worst >= AIM); i++) {
			const slower = Math.max(1, index / PHONE_INDEX);
			const result = await measure(path, extraHeaders, slower);
			index = result.index;
			const worst = Math.min(...result.scores);
			if (!(best?.worst >= worst)) best = { ...result, worst, slower };
		}
		const said = CATEGORIES.map((name, i) => `${name} ${best.scores[i]}`).join(', ');
		t.diagnostic(`${path}: ${said} (benchmark index ${index}, slowed ${best.slower})`);
		const good = best.scores.every((score, i) => score >= AT_LEAST[i]);
		assert.ok(good, `${said}: ${best.missed.join('; ')}`);
	});
}

test('the browser ends', () => chrome.kill());
