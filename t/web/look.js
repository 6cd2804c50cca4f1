import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { quiet, until, visitor, visitorAs } from './lib/browser.js';
import { andrew, apiOf, bayko, conversation, ulake } from './lib/stack.js';

const AXE = readFileSync(
	createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
	'utf8',
);
const SHOTS = fileURLToPath(new URL('../../web/shots/', import.meta.url));
const CRUD = 'c0de0000-0001-4000-8000-000000000001';

/* name, address, what is there when it is ready */
const STRANGERS = [
	['welcome', '/', 'article'],
	['search', '/search?term=cloud', 'article'],
	['search-nothing', '/search?term=xyzzy', 'h2:has-text("Nothing about")'],
	['profile', `/@${bayko.handle}`, 'article'],
	['crud', `/cruds/${CRUD}`, 'h2:has-text("Replies")'],
	['signin', '/signin', 'input[name=password]'],
	['signup', '/signup', 'input[name=handle]'],
	['confirm', '/confirm', 'input[name=code]'],
	['forgot', '/forgot', 'input[name=email]'],
	['notfound', '/nothing/here', 'h2:has-text("burned down")'],
	['nobody', '/@nobody_at_all', 'h2:has-text("There is no")'],
	['gone', '/cruds/00000000-0000-4000-8000-000000000000', 'h2:has-text("burned down")'],
];
const MEMBERS = [
	['home', '/', 'article'],
	['replies', '/notifications', 'article'],
	['own', `/@${andrew.handle}`, 'button:has-text("Edit profile")'],
	['thread', `/cruds/${CRUD}`, 'form textarea'],
	['messages', '/messages', 'a[href^="/messages/"]'],
	['conversation', `/messages/${conversation}`, 'li[data-state]'],
	['new', '/messages/new/ulake', 'form textarea'],
	['new-nobody', '/messages/new/nobody_at_all', 'h2:has-text("There is no")'],
	['new-oneself', `/messages/new/${andrew.handle}`, 'h2:has-text("That is you")'],
	['not-mine', '/messages/00000000-0000-4000-8000-000000000000', 'h2:has-text("No such")'],
];
const LOOKS = [
	{ width: 1280, scheme: 'light' },
	{ width: 1280, scheme: 'dark' },
	{ width: 768, height: 1024, scheme: 'light' },
	{ width: 390, height: 780, scheme: 'light' },
	{ width: 390, height: 780, scheme: 'dark' },
	{ width: 320, height: 640, scheme: 'light' },
];

mkdirSync(SHOTS, { recursive: true });

async function violations(page) {
	await page.evaluate(AXE);
	const { violations: found } = await page.evaluate(() => window.axe.run());
	return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/* Buttons, and links that look like one, that something has stretched. */
function stretched(page) {
	const buttons = page.locator('.button:visible');
	return buttons.evaluateAll((all) =>
		all.filter((el) => el.offsetHeight > 60).map((el) => el.outerHTML),
	);
}

/* By how much the page is larger than the screen. */
function over(page) {
	return page.evaluate(() => {
		const { scrollWidth, clientWidth, scrollHeight, clientHeight } =
			document.documentElement;
		return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight };
	});
}

async function look(page, [name, path, ready], { width, scheme }) {
	await page.goto(path);
	await page.locator(ready).first().waitFor();
	await page.evaluate(() => document.fonts.ready);
	await page.screenshot({ path: `${SHOTS}${name}-${width}-${scheme}.png` });
	assert.deepEqual(await violations(page), [], `${name}: axe`);
	assert.equal((await over(page)).x, 0, `${name}: nothing sticks out`);
	assert.deepEqual(await stretched(page), [], `${name}: buttons as high as they should`);
	assert.equal(await page.locator('h1:visible').count(), 1, `${name}: one h1`);
	assert.match(await page.title(), / · cruddur$/);
}

for (const options of LOOKS) {
	const { width, scheme } = options;
	test(`${width} px, ${scheme}`, async (t) => {
		const stranger = await visitor(options);
		for (const each of STRANGERS)
			await t.test(each[0], () => look(stranger, each, options));
		await stranger.context().close();
		const member = await visitorAs(andrew, options);
		for (const each of MEMBERS) await t.test(each[0], () => look(member, each, options));
		await member.context().close();
	});
}

test('where the system has its own colours, what matters has an edge', async () => {
	const page = await visitorAs(andrew);
	await page.emulateMedia({ forcedColors: 'active' });
	await page.goto(`/messages/${conversation}`);
	await page.locator('li[data-state]').first().waitFor();
	await page.screenshot({ path: `${SHOTS}conversation-forced.png` });
	const bare = await page.evaluate(() =>
		[...document.querySelectorAll('.button, li > [aria-current], [role=log] p[dir]')]
			.map((el) => (el.matches('p') ? el.parentElement : el))
			.filter((el) => {
				const { borderStyle, outlineStyle } = getComputedStyle(el);
				return borderStyle !== 'solid' && outlineStyle !== 'solid';
			})
			.map((el) => el.outerHTML),
	);
	assert.deepEqual(bare, []);
	await page.context().close();
});

test('no style and no script stands in the page', async () => {
	const page = await visitorAs(andrew);
	await page.goto(`/messages/${conversation}`);
	await page.locator('li[data-state]').first().waitFor();
	assert.equal(await page.locator('[style], style, script:not([src])').count(), 0);
});

test('with the keyboard alone: sign in, write, open a conversation, answer', async () => {
	const page = await visitor();
	const focused = () =>
		page.evaluate(() => {
			const el = document.activeElement;
			return `${el.getAttribute('aria-label') ?? el.innerText ?? ''} ${el.name ?? ''}`;
		});
	const tabTo = async (words) => {
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press('Tab');
			if (words.test(await focused())) return;
		}
		throw new Error(`Tab never comes to ${words}`);
	};
	const outline = () =>
		page.evaluate(() => {
			const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
			return `${outlineStyle} ${outlineWidth}`;
		});

	await page.goto('/');
	await page.getByRole('article').first().waitFor();
	await page.keyboard.press('Tab');
	assert.match(await focused(), /Skip to content/);
	await tabTo(/^Sign in/);
	assert.match(await outline(), /solid 3px/);
	await page.keyboard.press('Enter');
	await tabTo(/username/);
	await page.keyboard.type(andrew.email);
	await page.keyboard.press('Tab');
	await page.keyboard.type(process.env.CRUDDUR_DEMO_PASSWORD);
	await page.keyboard.press('Enter');
	await page.waitForURL('/');
	await tabTo(/Your crud/);
	await page.keyboard.type('typed without a mouse');
	await page.keyboard.press('Control+Enter');
	await page.getByRole('article').filter({ hasText: 'without a mouse' }).waitFor();
	await page.keyboard.press('Tab');
	for (let i = 0; i < 12 && !/Messages/.test(await focused()); i++)
		await page.keyboard.press('Shift+Tab');
	assert.match(await focused(), /Messages/);
	await page.keyboard.press('Enter');
	await page.waitForURL('/messages');
	await page.locator('a[href^="/messages/"]').first().waitFor();
	await tabTo(/Andrew Bayko/);
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/messages\/[0-9a-f-]+$/);
	await until(async () => /Message to/.test(await focused()), 'the focus in the box');
	await page.keyboard.type('and without a mouse');
	await page.keyboard.press('Enter');
	await page.getByRole('log').getByText('and without a mouse').waitFor();
	await page.context().close();
});

function focusOn(page, selector) {
	return until(
		() => page.evaluate((each) => document.activeElement.matches(each), selector),
		`the focus on ${selector}`,
	);
}

test('the focus goes with the page, and is taken from nobody', async () => {
	const page = await visitorAs(andrew);
	await page.goto(`/@${bayko.handle}`);
	const crud = page.getByRole('article').first();
	const reply = crud.getByRole('button', { name: /^Reply to/ });
	const box = crud.getByRole('textbox');
	await crud.waitFor();
	await focusOn(page, 'body');
	await crud.getByRole('time').click();
	await focusOn(page, 'h1');
	await page.getByRole('link', { name: bayko.name }).first().click();
	await focusOn(page, 'h1');

	await reply.click();
	await focusOn(page, 'textarea');
	await box.fill('half a reply');
	await box.press('Escape');
	await focusOn(page, '[aria-expanded=false]');
	await page.reload();
	await box.waitFor();
	assert.equal(await box.inputValue(), 'half a reply');
	await focusOn(page, 'body');
	await box.press('Control+Enter');
	await focusOn(page, '[aria-expanded=false]');

	await page.getByRole('link', { name: 'Profile' }).click();
	await page.getByRole('button', { name: 'Edit profile' }).click();
	await focusOn(page, '[name=display_name]');
	await page.getByRole('button', { name: 'Cancel' }).click();
	await focusOn(page, 'button');
	await page.getByRole('button', { name: 'Edit profile' }).click();
	await page.getByLabel('Name').fill(' ');
	await page.getByRole('button', { name: 'Save' }).click();
	await focusOn(page, '[name=display_name][aria-invalid]');
	await page.getByLabel('Name').fill('🦊'.repeat(50));
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: '🦊'.repeat(50) }).waitFor();
	await focusOn(page, 'button');
	await apiOf(andrew)('POST', '/api/profile/update', { display_name: andrew.name, bio: '' });
	await page.context().close();
});

test('on a phone, nothing that has the focus is below the bar', async () => {
	const page = await visitor({ width: 320, height: 640 });
	await page.goto('/');
	await page.getByRole('article').nth(3).waitFor();
	for (let i = 0; i < 25; i++) {
		await page.keyboard.press('Tab');
		const below = await page.evaluate(() => {
			const focus = document.activeElement;
			const bar = document.querySelector('nav');
			const { bottom } = focus.getBoundingClientRect();
			return !bar.contains(focus) && bottom > bar.getBoundingClientRect().top;
		});
		assert.ok(!below, await page.locator(':focus').innerText());
	}
	await page.context().close();
});

test('whatever somebody is called, one sees who it is', async () => {
	const api = apiOf(ulake);
	await api('POST', '/api/activities', { message: `a${'\n'.repeat(200)}b`, ttl: '1-day' });
	for (const name of ['W'.repeat(50), 'عبد الله محمد بن موسى الخوارزمي وأولاده']) {
		await api('POST', '/api/profile/update', { display_name: name, bio: '' });
		for (const width of [320, 768]) {
			const page = await visitor({ width, height: 640 });
			await page.goto(`/@${ulake.handle}`);
			const crud = page.getByRole('article').first();
			await crud.waitFor();
			assert.ok((await crud.boundingBox()).height < 250, 'a short crud is not high');
			const head = crud.locator('header');
			const { x, width: w } = await head.getByText(`@${ulake.handle}`).boundingBox();
			assert.ok(x + w <= width, 'the handle is in sight');
			const cut = await head.locator('bdi').evaluate((bdi) => {
				const { left, right } = bdi.getBoundingClientRect();
				const first = document.createRange();
				first.setStart(bdi.firstChild, 0);
				first.setEnd(bdi.firstChild, 1);
				const at = first.getBoundingClientRect();
				return at.left < left - 1 || at.right > right + 1;
			});
			assert.ok(!cut, 'the name begins in sight');
			await page.context().close();
		}
	}
	await api('POST', '/api/profile/update', { display_name: ulake.name, bio: '' });
});

test('a long name, an empty feed and no network fit on a small screen', async () => {
	const page = await visitorAs(andrew, { width: 320, height: 640 });
	const api = apiOf(ulake);
	await api('POST', '/api/profile/update', { display_name: 'W'.repeat(50), bio: '' });
	await api('POST', '/api/messages', { message: 'hi', handle: andrew.handle });
	await page.goto('/messages');
	const time = page.getByRole('link', { name: /WWW/ }).getByRole('time');
	const { x, width } = await time.boundingBox();
	assert.ok(x + width <= 320, 'how long ago is in sight');
	assert.equal((await over(page)).x, 0);

	await page.route('**/api/activities/home*', (route) => route.fulfill({ json: [] }));
	await page.goto('/');
	await page.getByRole('heading', { name: 'All quiet' }).waitFor();

	await page.goto(`/messages/${conversation}`);
	const box = page.getByRole('textbox', { name: /^Message to/ });
	await box.waitFor();
	await page.context().setOffline(true);
	await page.getByText('You are offline').waitFor();
	await box.fill('from the tunnel');
	await box.press('Enter');
	await page.getByText('Waiting for a connection…').waitFor();
	assert.deepEqual(await over(page), { x: 0, y: 0 }, 'the box is in sight');
	assert.deepEqual(await violations(page), []);
	await page.context().close();
});

quiet(/status of (404|422)/, /ERR_INTERNET_DISCONNECTED/);
