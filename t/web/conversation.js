import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAt, quiet, until, visitorAs } from './lib/browser.js';
import { andrew, apiOf, bayko, conversation, demoMessages, ulake } from './lib/stack.js';

const PATH = `/messages/${conversation}`;
const page = await visitorAs(andrew);
const log = page.getByRole('log');
const box = page.getByRole('textbox', { name: `Message to ${bayko.name}` });
const bubbles = log.locator('li[data-state]');

async function say(text) {
	await box.fill(text);
	await box.press('Enter');
}

function isFocused(element) {
	return element.evaluate((el) => el === document.activeElement);
}

const LIST = '**/api/message_groups*';

/* Sixty conversations, in pages; `asked` gets which were asked for. */
function sixty(visitor, asked = []) {
	const now = Date.now();
	return visitor.route(LIST, (route) => {
		const before = Number(new URL(route.request().url()).searchParams.get('before'));
		asked.push(before);
		const more = { Link: `</api/message_groups?before=${before + 20}>; rel="next"` };
		const json = Array.from({ length: 20 }, (_, i) => ({
			uuid: `00000000-0000-4000-8000-${String(before + i).padStart(12, '0')}`,
			handle: `p${before + i}`,
			display_name: `Person ${before + i}`,
			message: 'hello',
			created_at: new Date(now - (before + i) * 3600e3).toISOString(),
		}));
		return route.fulfill({ json, headers: before < 40 ? more : {} });
	});
}

/* How far a message is from the top of the screen. */
async function topOf(bubble) {
	return (await bubble.boundingBox()).y;
}

test('opens at the newest message', async () => {
	await page.goto(PATH);
	await bubbles.last().waitFor();
	await until(
		() => log.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 4),
		'the end',
	);
	assert.equal(await bubbles.count(), 20);
});

test('older messages come in without a jump, down to the first', async () => {
	const all = demoMessages();
	assert.ok(all > 100, `${all} messages`);
	while ((await bubbles.count()) < all) {
		const count = await bubbles.count();
		const first = await bubbles.first().elementHandle();
		await log.evaluate((el) => {
			el.scrollTop = 200;
		});
		const before = await topOf(first);
		await until(async () => (await bubbles.count()) > count, 'an older page');
		assert.ok(Math.abs((await topOf(first)) - before) < 3, 'it stays where it was');
	}
	await log.getByText('This is where it began.').waitFor();
	assert.equal(await bubbles.count(), all, 'each once');
});

test('what comes in meanwhile does not move what one reads', async () => {
	const reading = bubbles.nth(40);
	await reading.scrollIntoViewIfNeeded();
	const before = await topOf(reading);
	await apiOf(bayko)('POST', '/api/messages', {
		message: 'are you still reading?',
		message_group_uuid: conversation,
	});
	await page.getByRole('button', { name: 'New messages' }).click();
	await log.getByText('are you still reading?').waitFor();
	assert.ok(before > 0);
	assert.ok(await isFocused(box), 'one can answer');
});

test('what one says elsewhere does not move what one reads here', async () => {
	const reading = bubbles.nth(40);
	await reading.scrollIntoViewIfNeeded();
	const before = await topOf(reading);
	await apiOf(andrew)('POST', '/api/messages', {
		message: 'from my other device',
		message_group_uuid: conversation,
	});
	const news = page.getByRole('button', { name: 'New messages' });
	await news.waitFor();
	assert.equal(await topOf(reading), before);
	await news.click();
	await news.waitFor({ state: 'detached' });
});

test('Enter sends, Shift+Enter breaks the line', async () => {
	await box.fill('one');
	await box.press('Shift+Enter');
	await box.pressSequentially('two');
	await box.press('Enter');
	await log.getByText('one\ntwo').waitFor();
	assert.equal(await box.inputValue(), '');
});

test('Enter that ends a composition does not send', async () => {
	await box.fill('かな');
	for (const init of [{ isComposing: true }, { keyCode: 229 }])
		await box.evaluate((el, more) => {
			const event = { key: 'Enter', bubbles: true, cancelable: true, ...more };
			el.dispatchEvent(new KeyboardEvent('keydown', event));
		}, init);
	assert.equal(await box.inputValue(), 'かな');
});

test('a blank or too long message is not sent; the counter says how long', async () => {
	const count = await bubbles.count();
	await say('  \n ');
	await box.fill('é'.repeat(1025));
	await page.getByText('-1 characters left').waitFor();
	await box.press('Enter');
	assert.equal(await bubbles.count(), count);
	await box.fill('');
});

test('a letter that one types renders no message', async () => {
	await page.evaluate(() => {
		const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
		window.timesSaid = 0;
		Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
			get() {
				window.timesSaid++;
				return get.call(this);
			},
		});
	});
	await box.pressSequentially('a sentence of forty letters, more or less');
	await box.fill('');
	const said = await page.evaluate(() => window.timesSaid);
	/* A poll or the clock may have rendered them all, once or twice. */
	const rounds = said / (await bubbles.count());
	assert.ok(rounds < 20, `${said} times said`);
});

test('what is sent shows at once, in order, before the server answers', async () => {
	const held = Promise.withResolvers();
	await page.route('**/api/messages', async (route) => {
		await held.promise;
		await route.continue();
	});
	for (const text of ['no. one', 'no. two', 'no. three']) await say(text);
	const last = bubbles.filter({ hasText: /no\. (one|two|three)/ });
	await until(async () => (await last.count()) === 3, 'three bubbles');
	await log.getByText('Sending…').first().waitFor();
	held.resolve();
	await until(async () => (await log.getByText('Sending…').count()) === 0, 'confirmation');
	const texts = await last.allInnerTexts();
	assert.match(texts.join(), /one[\s\S]*two[\s\S]*three/);
	await page.unroute('**/api/messages');
});

test('a send that fails says so, and is tried again under the same key', async () => {
	const keys = [];
	const refuse = (route) => {
		keys.push(route.request().headers()['idempotency-key']);
		return route.fulfill({
			status: 500,
			contentType: 'application/problem+json',
			body: '{}',
		});
	};
	await page.route('**/api/messages', refuse);
	await say('will it arrive?');
	await log.getByText('Not sent.').waitFor();
	await page.unroute('**/api/messages', refuse);
	page.on('request', (request) => {
		if (request.method() === 'POST' && request.url().endsWith('/api/messages'))
			keys.push(request.headers()['idempotency-key']);
	});
	await log.getByRole('button', { name: 'Try again' }).click();
	assert.ok(await isFocused(box), 'one can go on writing');
	await until(async () => (await log.getByText('Not sent.').count()) === 0, 'the send');
	const sent = bubbles.filter({ hasText: 'will it arrive?' });
	await until(async () => (await sent.getAttribute('data-state')) === 'sent', 'its answer');
	assert.equal(await sent.count(), 1);
	assert.equal(keys.length, 2);
	assert.equal(keys[0], keys[1]);
});

test('a message that failed can be discarded', async () => {
	const refuse = (route) => route.fulfill({ status: 500 });
	await page.route('**/api/messages', refuse);
	await say('better not');
	await log.getByRole('button', { name: 'Discard' }).click();
	assert.ok(await isFocused(box), 'one can go on writing');
	await page.unroute('**/api/messages', refuse);
	assert.equal(await bubbles.filter({ hasText: 'better not' }).count(), 0);
});

test('offline, it waits; back again, it goes', async () => {
	await page.context().setOffline(true);
	await say('from the tunnel');
	await page.getByText('You are offline').waitFor();
	await log.getByText('Waiting for a connection…').waitFor();
	await page.context().setOffline(false);
	const sent = bubbles.filter({ hasText: 'from the tunnel' });
	await until(async () => (await sent.getAttribute('data-state')) === 'sent', 'the send');
	assert.equal(await sent.count(), 1);
});

test('what is sent while older messages load stays in sight', async () => {
	await page.reload();
	await bubbles.last().waitFor();
	let release;
	const held = new Promise((resolve) => {
		release = resolve;
	});
	const hold = async (route) => {
		await held;
		await route.continue();
	};
	const older = /\/api\/messages\/.*before=/;
	await page.route(older, hold);
	const asked = page.waitForRequest(older);
	await log.evaluate((el) => {
		el.scrollTop = 0;
	});
	await asked;
	assert.equal(await log.getAttribute('aria-busy'), 'true', 'these are no news');
	await say('meanwhile');
	const sent = bubbles.filter({ hasText: 'meanwhile' });
	await until(async () => (await sent.getAttribute('data-state')) === 'sent', 'the send');
	const count = await bubbles.count();
	release();
	await until(async () => (await bubbles.count()) >= count + 19, 'the older page');
	assert.equal(await sent.count(), 1);
	await page.unroute(older, hold);
});

test('a message that a reload cuts off is sent, under the same key', async () => {
	const keys = [];
	const loseFirst = (route) => {
		keys.push(route.request().headers()['idempotency-key']);
		if (keys.length > 1) return route.continue();
	};
	await page.route('**/api/messages', loseFirst);
	await say('cut off');
	await log.getByText('Sending…').waitFor();
	await page.reload();
	const sent = bubbles.filter({ hasText: 'cut off' });
	await until(async () => (await sent.getAttribute('data-state')) === 'sent', 'the send');
	assert.equal(await sent.count(), 1);
	assert.equal(keys.length, 2);
	assert.equal(keys[0], keys[1]);
	await page.reload();
	await bubbles.last().waitFor();
	assert.equal(keys.length, 2, 'and not again');
	await page.unroute('**/api/messages', loseFirst);
});

test('a draft survives a reload, and each conversation has its own', async () => {
	await box.fill('half a thou');
	await page.reload();
	await until(async () => (await box.inputValue()) === 'half a thou', 'the draft');
	await page.goto(`/messages/new/${ulake.handle}`);
	const other = page.getByRole('textbox', { name: `Message to ${ulake.name}` });
	await other.waitFor();
	assert.equal(await other.inputValue(), '');
	await page.goto(PATH);
	await until(async () => (await box.inputValue()) === 'half a thou', 'the draft');
	await box.fill('');
});

test('a new conversation with somebody one talks to already is that one', async () => {
	await page.goto(`/messages/new/${bayko.handle.toUpperCase()}`);
	await page.waitForURL(PATH);
});

test('a draft goes along where the other one has written first', async () => {
	await page.goto(`/messages/new/${ulake.handle}`);
	const other = page.getByRole('textbox', { name: `Message to ${ulake.name}` });
	await other.fill('as I was about to say');
	await apiOf(ulake)('POST', '/api/messages', {
		message: 'me first',
		handle: andrew.handle,
	});
	await lookAt(page);
	await log.getByText('me first').waitFor();
	assert.equal(await other.inputValue(), 'as I was about to say');
	await other.fill('');
});

test('the list stays as it is from one conversation to the next', async () => {
	const list = await page.getByRole('region', { name: 'Conversations' }).elementHandle();
	await page.getByRole('link', { name: new RegExp(bayko.name) }).first().click();
	await page.waitForURL(PATH);
	await bubbles.last().waitFor();
	assert.ok(await list.evaluate((el) => el.isConnected));
});

test('the list looks for news at its newest page alone', async () => {
	const asked = [];
	await sixty(page, asked);
	await page.goto('/messages');
	for (const last of ['Person 19', 'Person 39', 'Person 59'])
		await page.getByText(last).scrollIntoViewIfNeeded();
	asked.length = 0;
	await until(() => asked.length === 2, 'two looks');
	assert.deepEqual(asked, [0, 0]);
	assert.ok(await page.getByText('Person 59').isVisible());
	await page.unroute(LIST);
});

test('nobody, oneself, and a conversation of others', async () => {
	await page.goto('/messages/new/nobody_at_all');
	await page.getByText('There is no @nobody_at_all').waitFor();
	await page.goto('/messages/new/a%2Fb');
	await page.getByRole('heading', { name: 'There is no @a/b' }).waitFor();
	await page.goto(`/messages/new/${andrew.handle}`);
	await page.getByText('That is you').waitFor();
	await page.goto('/messages/00000000-0000-4000-8000-000000000000');
	await page.getByText('No such conversation').waitFor();
});

test('on a phone, each of these leads back to the list', async () => {
	const phone = await visitorAs(andrew, { width: 390, height: 780 });
	await phone.route('**/api/users/@unheard_of/short', (route) =>
		route.fulfill({ status: 500 }),
	);
	for (const [path, words] of [
		['new/nobody_at_all', 'There is no @nobody_at_all'],
		[`new/${andrew.handle}`, 'That is you'],
		['new/unheard_of', 'Could not load the person'],
		['not-a-uuid', 'No such conversation'],
	]) {
		await phone.goto(`/messages/${path}`);
		await phone.getByRole('heading', { level: 2, name: words }).waitFor();
		assert.equal(await phone.getByRole('heading', { level: 1 }).count(), 1);
		await phone.getByRole('link', { name: 'All conversations' }).click();
		await phone.waitForURL('/messages');
	}
	await phone.context().close();
});

test('on a phone, the arrow leads back to where the list was', async () => {
	const phone = await visitorAs(andrew, { width: 390, height: 780 });
	const scrolled = () => phone.evaluate(() => window.scrollY);
	const back = phone.getByRole('link', { name: 'All conversations' });
	await sixty(phone);
	await phone.goto('/messages');
	for (const last of ['Person 19', 'Person 39'])
		await phone.getByText(last).scrollIntoViewIfNeeded();
	const place = await scrolled();
	assert.ok(place > 1000);
	await phone.getByText('Person 36').click();
	await phone.getByText('No such conversation').waitFor();
	await back.click();
	await phone.getByText('Person 36').waitFor();
	await until(async () => (await scrolled()) === place, 'the place');

	await phone.goto(PATH);
	await back.click();
	await phone.waitForURL('/messages');
	await phone.context().close();
});

test('two tabs see the same', async () => {
	const other = await page.context().newPage();
	await other.goto(PATH);
	await page.goto(PATH);
	await say('from the first tab');
	await other.getByRole('log').getByText('from the first tab').waitFor();
	await other.close();
});

quiet(/status of 404/, /status of 500/, /ERR_INTERNET_DISCONNECTED/);
