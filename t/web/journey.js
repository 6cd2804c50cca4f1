import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quiet, visitor, visitorAs } from './lib/browser.js';
import { apiOf, bayko, CODE, ulake } from './lib/stack.js';

const XSS = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const handle = `ada_${Date.now() % 1e8}`;
const ada = { name: `Ada ${XSS}`.slice(0, 50), handle, email: `${handle}@example.com` };
const secret = 'Difference-Engine-1';

let page;
const crud = (text) => page.getByRole('article').filter({ hasText: text }).first();

test('sign up, confirm, sign in', async () => {
	page = await visitor();
	await page.goto('/');
	await page.getByRole('link', { name: 'Join cruddur' }).click();
	await page.getByLabel('Name').fill(ada.name);
	await page.getByLabel('Handle').fill(ada.handle);
	await page.getByLabel('E-mail address').fill(ada.email);
	await page.getByLabel('Password').fill(secret);
	await page.getByRole('button', { name: 'Join' }).click();

	await page.waitForURL('/confirm');
	await page.getByLabel('Code').fill('999999');
	await page.getByRole('button', { name: 'Confirm' }).click();
	await page.getByText('That is not the code we sent').waitFor();
	await page.getByLabel('Code').fill(CODE);
	await page.getByRole('button', { name: 'Confirm' }).click();

	await page.getByText('Your address is confirmed').waitFor();
	assert.ok(await page.locator('[name=password]:focus').isVisible());
	assert.equal(await page.getByLabel('E-mail address').inputValue(), ada.email);
	await page.getByLabel('Password').fill('wrong');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('alert').filter({ hasText: 'do not go together' }).waitFor();
	await page.getByLabel('Password').fill(secret);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL('/');
	await page.getByRole('textbox', { name: 'Your crud' }).waitFor();
});

test('write a crud, which lives as long as one says', async () => {
	await page.getByRole('textbox', { name: 'Your crud' }).fill(`first words ${XSS}`);
	await page.getByLabel('It lives for').selectOption('3-hours');
	await page.getByRole('button', { name: 'Crud it' }).click();
	await crud('first words').getByText(/2 h left|3 h left/).waitFor();
	assert.ok(await crud(XSS).isVisible(), 'HTML is text');
});

test('reply in place, and find it in the thread', async () => {
	await crud('first words').getByRole('button', { name: 'Reply' }).click();
	const box = page.getByRole('textbox', { name: /^Reply to Ada/ });
	await box.fill(`to myself ${XSS}`);
	await box.press('Control+Enter');
	await box.waitFor({ state: 'detached' });
	await crud('first words').getByRole('link', { name: '1 reply' }).click();
	await page.getByRole('heading', { name: 'Replies (1)' }).waitFor();
	await crud('to myself').waitFor();
});

test('a long thread comes page by page', async () => {
	const uuid = page.url().split('/').at(-1);
	const ulakes = apiOf(ulake);
	for (let i = 1; i < 25; i++)
		await ulakes('POST', `/api/activities/${uuid}/reply`, { message: `answer ${i} of 24` });
	await page.reload();
	await page.getByRole('heading', { name: 'Replies (25)' }).waitFor();
	await crud('answer 1 of 24').waitFor();
	await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
	await crud('answer 24 of 24').waitFor();
	assert.equal(await page.getByText(/^answer \d+ of 24$/).count(), 24, 'each once');
});

test('search has the term in its address', async () => {
	await page.getByRole('link', { name: 'Search' }).click();
	await page.getByRole('searchbox').fill('first words');
	await page.getByRole('searchbox').press('Enter');
	await page.waitForURL('/search?term=first+words');
	await crud('first words').waitFor();
	assert.ok(await page.locator('input:focus').getAttribute('name'), 'the focus stays');
	await page.reload();
	await crud('first words').waitFor();
});

test('start a conversation, and see its answer arrive', async () => {
	await page.goto(`/@${bayko.handle}`);
	await page.getByRole('link', { name: 'Message', exact: true }).click();
	await page.getByRole('heading', { name: `You and ${bayko.name}` }).waitFor();
	const box = page.getByRole('textbox', { name: `Message to ${bayko.name}` });
	await box.fill(`hello from Ada ${XSS}`);
	await box.press('Enter');
	await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
	await page.getByRole('log').getByText('hello from Ada').waitFor();

	const other = await visitorAs(bayko);
	await other.getByRole('link', { name: 'Messages' }).click();
	await other.getByRole('link', { name: /hello from Ada/ }).click();
	const answer = other.getByRole('textbox', { name: /^Message to Ada/ });
	await answer.fill('hello yourself');
	await answer.press('Enter');

	await page.getByRole('log').getByText('hello yourself').waitFor();
	await page.getByRole('link', { name: /hello yourself/ }).waitFor();
	await other.context().close();
});

test('a reply to a crud of mine is among the notifications', async () => {
	const other = await visitorAs(bayko);
	await other.goto(`/@${ada.handle}`);
	const theirs = other.getByRole('article').filter({ hasText: 'first words' });
	await theirs.getByRole('button', { name: 'Reply' }).click();
	const box = other.getByRole('textbox', { name: /^Reply to Ada/ });
	await box.fill('well said');
	await other.getByRole('button', { name: 'Reply', exact: true }).click();
	await box.waitFor({ state: 'detached' });
	await other.context().close();

	await page.getByRole('link', { name: 'Replies' }).click();
	await crud('well said').waitFor();
});

test('edit the profile', async () => {
	await page.getByRole('link', { name: 'Profile' }).click();
	await page.getByRole('button', { name: 'Edit profile' }).click();
	await page.getByLabel('Name').fill('Ada King');
	await page.getByLabel('Bio').fill(`Enchantress of numbers ${XSS}`);
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('heading', { name: 'Ada King' }).waitFor();
	await page.getByText('Enchantress of numbers').waitFor();
	await crud('first words').getByRole('link', { name: 'Ada King' }).waitFor();
	assert.equal(await page.locator('img, script:not([src])').count(), 0);
});

test('sign out, and nothing is left', async () => {
	await page.getByRole('button', { name: 'Sign out' }).first().click();
	await page.getByRole('heading', { name: /Say it/ }).waitFor();
	assert.deepEqual(await page.context().cookies(), []);
	assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	await page.goto('/messages');
	await page.waitForURL('/signin?to=%2Fmessages');
});

test('a forgotten password is replaced, in spite of a reload', async () => {
	await page.getByRole('link', { name: 'Forgot it?' }).click();
	await page.getByLabel('E-mail address').fill(ada.email);
	await page.getByRole('button', { name: 'Send me a code' }).click();
	await page.locator('[name=code]:focus').waitFor();
	await page.reload();
	await page.getByRole('button', { name: 'Send another code' }).click();
	await page.getByText('a new code is on its way').waitFor();
	assert.equal(await page.getByLabel('E-mail address').inputValue(), ada.email);
	await page.getByLabel('Code').fill(CODE);
	await page.getByLabel('New password').fill(`${secret}-2`);
	await page.getByRole('button', { name: 'Set password' }).click();
	await page.getByText('Your new password is set').waitFor();
	await page.locator('[name=password]:focus').fill(`${secret}-2`);
	await page.keyboard.press('Enter');
	await page.waitForURL('/messages');
});

/* The wrong code, the wrong password. */
quiet(/status of 422.*\/api\/users\/confirm/, /status of 401.*\/api\/session/);
