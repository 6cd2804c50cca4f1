import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillSignIn, lookAt, quiet, until, visitor, visitorAs } from './lib/browser.js';
import { andrew, bayko, conversation, dev, password, ulake, url } from './lib/stack.js';

const page = await visitorAs(andrew);
const message = page.getByRole('textbox', { name: `Message to ${bayko.name}` });

function dropCookies(...names) {
	return Promise.all(names.map((name) => page.context().clearCookies({ name })));
}

test('a session that ran out is renewed, and nobody notices', async () => {
	await page.goto(`/messages/${conversation}`);
	await message.fill('still me');
	await dropCookies('__Host-cruddur');
	await message.press('Enter');
	const sent = page.getByRole('log').locator('li[data-state=sent]');
	await sent.filter({ hasText: 'still me' }).waitFor();
	assert.equal(new URL(page.url()).pathname, `/messages/${conversation}`);
	await page.reload();
	await message.waitFor();
});

test('a session lost mid-typing leads to sign-in and back, with the text', async () => {
	await message.fill('not to be lost');
	await dropCookies('__Host-cruddur', '__Secure-cruddur-refresh');
	await page.getByText('Your session has ended').waitFor();
	await fillSignIn(page, andrew);
	await page.waitForURL(`/messages/${conversation}`);
	await until(async () => (await message.inputValue()) === 'not to be lost', 'the text');
	await message.fill('');
});

test('a message sent into a lost session can be sent after signing in', async () => {
	await dropCookies('__Host-cruddur', '__Secure-cruddur-refresh');
	await message.fill('sent too late');
	await message.press('Enter');
	await page.getByText('Your session has ended').waitFor();
	await fillSignIn(page, andrew);
	await page.waitForURL(`/messages/${conversation}`);
	await page.getByRole('button', { name: 'Try again' }).click();
	const sent = page.getByRole('log').locator('li[data-state=sent]');
	await sent.filter({ hasText: 'sent too late' }).waitFor();
});

test('nothing of one person is there for the next', async () => {
	const shared = await visitorAs(andrew);
	const box = shared.getByRole('textbox', { name: /^Message to/ });
	await shared.goto(`/messages/${conversation}`);
	await box.fill('for my eyes only');
	await shared.context().clearCookies();
	await shared.getByText('Your session has ended').waitFor();
	await fillSignIn(shared, bayko);
	await shared.waitForURL(`/messages/${conversation}`);
	const toAndrew = shared.getByRole('textbox', { name: `Message to ${andrew.name}` });
	await until(async () => (await toAndrew.inputValue()) === '', 'an empty box');
	await toAndrew.fill('for mine');

	/* In another tab, somebody else signs in. */
	await shared.context().request.post('/api/session', {
		headers: { Origin: url },
		data: { username: andrew.email, password },
	});
	await lookAt(shared);
	const toBayko = shared.getByRole('textbox', { name: `Message to ${bayko.name}` });
	await until(async () => (await toBayko.inputValue()) === '', 'an empty box');
	await shared.context().close();
});

test('a server that fails for a while leaves the page one types in', async () => {
	const typing = await visitorAs(andrew);
	await typing.goto(`/messages/new/${ulake.handle}`);
	const box = typing.getByRole('textbox', { name: `Message to ${ulake.name}` });
	await box.fill('in the middle of a sen');
	const element = await box.elementHandle();
	const refused = [];
	await typing.route('**/api/**', (route) => {
		refused.push(route.request().url());
		return route.fulfill({
			status: 503,
			contentType: 'application/problem+json',
			body: '{}',
		});
	});
	await lookAt(typing);
	/* Asked three times, it has failed; the fourth is the look after that. */
	for (const asked of [/session$/, /limit=100$/])
		await until(() => refused.filter((to) => asked.test(to)).length > 3, asked);
	assert.ok(await element.evaluate((el) => el.isConnected && el === document.activeElement));
	await typing.context().close();
});

test('a first message whose answer a reload cuts off is there once', async () => {
	const sender = await visitorAs(andrew);
	await sender.goto(`/messages/new/${ulake.handle}`);
	const box = sender.getByRole('textbox', { name: `Message to ${ulake.name}` });
	let arrived = false;
	await sender.route('**/api/messages', async (route) => {
		await route.fetch();
		arrived = true;
	});
	await box.fill('nice to meet you');
	await box.press('Enter');
	await until(() => arrived, 'the message');
	await sender.reload();
	await sender.waitForURL(/messages\/[0-9a-f-]{36}$/);
	await sender.getByRole('log').getByText('nice to meet you').waitFor();
	assert.equal(await box.inputValue(), '');
	await sender.context().close();
});

test('who could not be signed out is told so', async () => {
	await page.route('**/api/session', (route) =>
		route.request().method() === 'DELETE' ? route.abort() : route.continue(),
	);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByText('Still signed in.').waitFor();
	await page.unroute('**/api/session');
});

test('the server goes and comes back: the page says so and heals', async () => {
	dev('stop', 'api');
	await page.getByText('Trying again.').first().waitFor();
	await message.fill('over the gap');
	await message.press('Enter');
	const stranger = await visitor();
	await stranger.goto('/');
	await stranger.getByText('Could not load cruds').waitFor();
	dev('start', 'api');
	await stranger.getByRole('article').first().waitFor();
	await stranger.context().close();
	const tryAgain = page.getByRole('button', { name: 'Try again' });
	const sent = page.getByRole('log').locator('li[data-state=sent]');
	await until(async () => {
		if (await tryAgain.isVisible()) await tryAgain.click();
		return (await sent.filter({ hasText: 'over the gap' }).count()) === 1;
	}, 'the message');
	await until(
		async () => (await page.getByText('Trying again.').count()) === 0,
		'a page that is well',
	);
});

test('a crud that fails comes back into the box, undone in the list', async () => {
	await page.goto('/');
	const keys = [];
	await page.route('**/api/activities', async (route) => {
		keys.push(route.request().headers()['idempotency-key']);
		if (keys.length <= 4) await route.fetch(); // but its answer gets lost
		await route.fulfill(BROKEN);
	});
	const box = page.getByRole('textbox', { name: 'Your crud' });
	await box.fill('a crud in vain');
	await page.getByRole('button', { name: 'Crud it' }).click();
	await page.getByText('Your text is kept').waitFor();
	assert.equal(await box.inputValue(), 'a crud in vain');
	assert.equal(await page.getByRole('article').filter({ hasText: 'in vain' }).count(), 0);
	await page.reload();
	assert.equal(await box.inputValue(), 'a crud in vain');
	await page.unroute('**/api/activities');
	await page.getByRole('button', { name: 'Crud it' }).click();
	await answered();
	await page.reload();
	await articles('in vain').waitFor();
	assert.equal(await articles('in vain').count(), 1, 'it is there once');
	assert.equal(keys.length, 4, 'it was tried again');
	assert.equal(new Set(keys).size, 1, 'always under the same key');
});

test('a reply that fails is sent again under its key', async () => {
	const keys = [];
	await page.route('**/reply', async (route) => {
		keys.push(route.request().headers()['idempotency-key']);
		await route.fetch();
		await route.fulfill(BROKEN);
	});
	await reply('said once');
	await page.getByText('Your text is kept').waitFor();
	await page.unroute('**/reply');
	await page.getByRole('textbox', { name: /^Reply to/ }).press('Control+Enter');
	await page.getByRole('textbox', { name: /^Reply to/ }).waitFor({ state: 'detached' });
	const found = await page.request.get(`${url}/api/activities/search?term=said%20once`);
	assert.equal((await found.json()).length, 1, 'it is there once');
	assert.equal(new Set(keys).size, 1);
});

test('without a network other pages open, too', async () => {
	const rider = await visitorAs(andrew);
	const parts = [];
	rider.on('requestfinished', (request) => parts.push(request.url()));
	await rider.goto('/');
	await until(() => parts.some((part) => /\/Search-.*\.js$/.test(part)), 'the page');
	await rider.context().setOffline(true);
	await rider.getByRole('link', { name: 'Search' }).click();
	await rider.getByRole('heading', { name: 'What are you looking for?' }).waitFor();
	await rider.context().close();
});

test('a page that did not load does so when the network is back', async () => {
	const rider = await visitorAs(andrew);
	await rider.route('**/assets/Search-*.js', (route) => route.abort());
	await rider.goto('/');
	await rider.getByRole('link', { name: 'Search' }).click();
	await rider.getByRole('heading', { name: 'This page did not load' }).waitFor();
	await rider.unroute('**/assets/Search-*.js');
	await rider.context().setOffline(true);
	await rider.getByText('You are offline').waitFor();
	await rider.context().setOffline(false);
	await rider.getByRole('heading', { name: 'What are you looking for?' }).waitFor();
	await rider.context().close();
});

/* Holds what is asked until it is let go: then it fails, or gets what `ask` had answered. */
async function hold(path, method, ask) {
	const held = Promise.withResolvers();
	const arrived = Promise.withResolvers();
	const done = Promise.withResolvers();
	await page.route(path, async (route) => {
		if (route.request().method() !== method) return route.fallback();
		const response = await ask?.(route);
		arrived.resolve();
		await held.promise;
		await (response ? route.fulfill({ response }) : route.fulfill(BROKEN)).catch(() => {});
		done.resolve();
	});
	return {
		arrived: arrived.promise,
		letGo: () => {
			held.resolve();
			return done.promise;
		},
	};
}

const BROKEN = { status: 503, contentType: 'application/problem+json', body: '{}' };
const CRUDS = '**/api/activities';
const HOME = '**/api/activities/home*';
const crudBox = page.getByRole('textbox', { name: 'Your crud' });
const articles = (text) => page.getByRole('article').filter({ hasText: text });
const goTo = (name) => page.getByRole('link', { name, exact: true }).click();

async function crud(text) {
	await crudBox.fill(text);
	await crudBox.press('Control+Enter');
	await articles(text).waitFor();
}

function answered() {
	const posting = page.getByText('Posting…');
	return until(async () => (await posting.count()) === 0, 'the answer');
}

/* A reply makes the client look at all cruds anew. */
async function reply(text) {
	const last = page.getByRole('article').last();
	await last.getByRole('button', { name: 'Reply' }).click();
	const box = page.getByRole('textbox', { name: /^Reply to/ });
	await box.fill(text);
	await box.press('Control+Enter');
}

test('a crud that fails while one is elsewhere comes back, too', async () => {
	await page.goto('/');
	await crudBox.fill('');
	const { letGo } = await hold(CRUDS, 'POST');
	await crud('gone for a walk');
	await goTo('Search');
	await page.getByRole('searchbox').waitFor();
	await goTo('Home');
	await crudBox.fill('typed since');
	await letGo();
	await page.getByText('Your text is kept').waitFor();
	assert.equal(await crudBox.inputValue(), 'gone for a walk\ntyped since');
	await goTo('Search');
	await goTo('Home');
	await page.getByText('Your text is kept').waitFor();
	await page.unroute(CRUDS);
	await crudBox.fill('');
});

test('a crud that waits for a connection is not lost with its tab', async () => {
	await page.context().setOffline(true);
	await crud('said in the tunnel');
	await page.getByText('Waiting for a connection…').waitFor();
	const kept = await page.evaluate(() => ({ ...sessionStorage }));
	await page.context().setOffline(false);
	await answered();

	/* The tab as a browser restores it. */
	const restored = await page.context().newPage();
	await restored.addInitScript((items) => Object.assign(sessionStorage, items), kept);
	await restored.goto('/');
	const said = restored.getByRole('article').filter({ hasText: 'said in the tunnel' });
	await said.first().waitFor();
	await until(async () => (await restored.getByText('Posting…').count()) === 0, 'the answer');
	await restored.reload();
	await said.first().waitFor();
	assert.equal(await said.count(), 1, 'it went out twice, and stands once');
	await restored.close();
});

test('a crud stays where an older look at the feed ends after it', async () => {
	const { arrived, letGo } = await hold(HOME, 'GET', (route) => route.fetch());
	await reply('look again');
	await arrived;
	const posted = page.waitForResponse(CRUDS);
	await crud('here to stay');
	await posted;
	await answered();
	await page.unroute(HOME);
	await letGo();
	await page.evaluate(() => new Promise((later) => setTimeout(later, 200)));
	assert.equal(await articles('here to stay').count(), 1);
});

test('a crud that the feed knows before its answer comes stands once', async () => {
	const { arrived, letGo } = await hold(CRUDS, 'POST', (route) => route.fetch());
	await crud('seen twice');
	await arrived;
	const home = page.waitForResponse(HOME);
	await reply('and again');
	await home;
	await answered(); // as far as one sees: the feed has it
	assert.equal(await articles('seen twice').count(), 1);
	const after = page.waitForResponse(HOME); // it looks once more after the answer
	await letGo();
	await after;
	assert.equal(await articles('seen twice').count(), 1);
	await page.unroute(CRUDS);
});

test('two cruds under way stand as they will stand', async () => {
	const both = async () => {
		const texts = await articles('of two').allInnerTexts();
		return texts.map((text) => text.match(/\w+ of two/)[0]);
	};
	const { letGo } = await hold(CRUDS, 'POST', (route) => route.fetch());
	await crud('first of two');
	await crud('second of two');
	assert.deepEqual(await both(), ['second of two', 'first of two']);
	await letGo();
	await answered();
	assert.deepEqual(await both(), ['second of two', 'first of two']);
	await page.unroute(CRUDS);
});

test('a clock that is fast hides no crud', async () => {
	const fast = await visitorAs(andrew);
	await fast.clock.setFixedTime(Date.now() + 2 * 3600e3);
	await fast.goto('/');
	await fast.getByLabel('It lives for').selectOption('1-hour');
	const box = fast.getByRole('textbox', { name: 'Your crud' });
	await box.fill('late or early');
	await box.press('Control+Enter');
	const mine = fast.getByRole('article').filter({ hasText: 'late or early' });
	await mine.getByText(/1 h left|59 min left/).waitFor();
	await mine.getByText('now').waitFor();
	await fast.context().close();
});

test('what can never be is not asked for again', async () => {
	const stranger = await visitor();
	await stranger.goto(`/search?term=${'a'.repeat(300)}`);
	await stranger.getByText('Search for fewer words').waitFor();
	assert.equal(await stranger.getByRole('button', { name: 'Try again' }).count(), 0);
	await stranger.goto('/search?term=%00');
	await stranger.getByText('What are you looking for?').waitFor();
	await stranger.goto('/search?term=@zanzibar');
	await stranger.getByRole('link', { name: 'Go to @zanzibar' }).click();
	await stranger.getByRole('heading', { name: 'There is no @zanzibar' }).waitFor();
	await stranger.context().close();
});

test('what is not there says so, and leads home', async () => {
	const stranger = await visitor();
	for (const [path, words] of [
		['/nothing/at/all', 'It burned down, or never was'],
		['/nothing', 'It burned down, or never was'],
		['/@nobody_at_all', 'There is no @nobody_at_all'],
		['/@a%2Fb', 'There is no @a/b'],
		['/cruds/00000000-0000-4000-8000-000000000000', 'This crud has burned down'],
	]) {
		await stranger.goto(path);
		await stranger.getByRole('heading', { name: words }).waitFor();
	}
	await stranger.getByRole('link', { name: 'See what is alive' }).click();
	await stranger.waitForURL('/');
	await stranger.context().close();
});

test('sign-in leads nowhere but to this site', async () => {
	const stranger = await visitor();
	await stranger.goto('/signin?to=//evil.example/');
	await fillSignIn(stranger, bayko);
	await stranger.waitForURL('/');
	await stranger.context().close();
});

quiet(
	/status of (401|404|422|502|503|504)/,
	/ERR_(FAILED|INTERNET_DISCONNECTED)/,
	/dynamically imported/,
);
