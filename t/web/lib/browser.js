/*
 * Debian's Chromium, and visitors in it. Whatever a visitor's pages complain of
 * (console, Content-Security-Policy, a request to another host) is kept.
 */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { password, url } from './stack.js';

const WAIT_MS = 30_000;

/* Chromium trusts the very key of this stack's certificate, and no other. */
function keyOfCertificate() {
	const pem = readFileSync(
		process.env.CRUDDUR_CA_FILE.replace(/ca\.pem$/, 'localhost.pem'),
	);
	const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
	return createHash('sha256').update(key).digest('base64');
}

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const CHROMIUM_ARGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	...(url.startsWith('https:')
		? [`--ignore-certificate-errors-spki-list=${keyOfCertificate()}`]
		: []),
];

const browser = await chromium.launch({
	executablePath: CHROMIUM,
	args: CHROMIUM_ARGS,
});
after(() => browser.close());

const complaints = [];

function watch(page) {
	page.on('console', (message) => {
		if (['error', 'warning'].includes(message.type()))
			complaints.push(`${message.text()} (${message.location().url})`);
	});
	page.on('pageerror', (error) => complaints.push(`thrown: ${error.stack}`));
	page.on('request', (request) => {
		if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
			complaints.push(`asked another host: ${request.url()}`);
	});
	page.on('dialog', (dialog) => {
		complaints.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
}

/* Somebody with a browser of their own. */
export async function visitor({ width = 1280, height = 800, scheme = 'light' } = {}) {
	const context = await browser.newContext({
		baseURL: url,
		viewport: { width, height },
		colorScheme: scheme,
		reducedMotion: 'reduce',
	});
	context.setDefaultTimeout(WAIT_MS);
	context.on('page', watch);
	return context.newPage();
}

export async function fillSignIn(page, { email }, secret = password) {
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password').fill(secret);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

/* A visitor who is signed in. */
export async function visitorAs(person, options) {
	const page = await visitor(options);
	await page.goto('/signin');
	await fillSignIn(page, person);
	await page.waitForURL('/');
	await page.getByRole('textbox', { name: 'Your crud' }).waitFor();
	return page;
}

/* The tab is looked at again. */
export function lookAt(page) {
	return page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
}

/*
 * Waits until the function answers something true, and answers it. For what
 * playwright has no wait of its own.
 */
export async function until(condition, what) {
	const end = Date.now() + WAIT_MS;
	for (;;) {
		const value = await condition();
		if (value) return value;
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

/* The last test of a file: nothing was complained of but what was meant to be. */
export function quiet(...meant) {
	test('no console error, no CSP violation, no other host', () => {
		const rest = complaints.filter((text) => !meant.some((each) => each.test(text)));
		assert.deepEqual(rest, []);
	});
}
