/** What goes wrong before a game exists: a plain sentence with the next step, and the typed text still there. */
import { expect, test } from '@playwright/test';
import { check, openKept, program, report, rules, status, write } from './rulewright';

test('empty rules', async ({ page }) => {
  await page.goto('/');
  await write(page).click();
  await expect(page.getByRole('main')).toContainText(/type/i);
  await expect(status(page)).toHaveCount(1);
});

test('rules far longer than the model reads', async ({ page }) => {
  await page.goto('/');
  const long = 'You may take one to three stones. '.repeat(1500);
  await rules(page).fill(long);
  await write(page).click();
  await expect(page.getByRole('main')).toContainText(/long|short/i);
  expect((await rules(page).innerText()).length).toBeGreaterThan(100);
});

test('a text that is no game it knows names the families and keeps the text', async ({ page }) => {
  test.setTimeout(200_000);
  await openKept(page);
  await rules(page).fill(
    'Preheat the oven to 180 degrees, whisk three eggs with the sugar and fold in the flour.',
  );
  await write(page).click();
  await expect(page.getByRole('main')).toContainText(/starter/i, { timeout: 150_000 });
  await expect(
    page.getByRole('group', { name: /none of the games|does not know|no game/i }),
  ).toBeVisible({
    timeout: 150_000,
  });
  await expect(rules(page)).toContainText('Preheat the oven');
});

test('a program that is not Python', async ({ page }) => {
  await page.goto('/');
  await check(page, 'Dear diary, today I played chess with my uncle and lost again!');
  await expect(
    page.getByRole('region', { name: 'Program' }).or(report(page)).first(),
  ).toContainText(/not a Python program/);
  await expect(program(page)).toContainText('Dear diary');
});

test('a model file that is cut short is named, and the text stays', async ({ page }) => {
  test.setTimeout(120_000);
  // The page's own worker would answer past the route; this visit does without it.
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  await page.route('**/starter-00002-of-*.gguf', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ status: 200, body: body.subarray(0, 1_000_000) });
  });
  await page.goto('/');
  await rules(page).fill(
    'Nim with heaps of 3 and 4, take any number from one heap, last one wins.',
  );
  await write(page).click();
  await expect(page.getByRole('main')).toContainText('starter-00002', { timeout: 90_000 });
  await expect(rules(page)).toContainText('Nim with heaps');
});

test('a full disk: the model still writes from memory', async ({ page, context, baseURL }) => {
  test.setTimeout(240_000);
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: new URL(baseURL ?? '').origin,
    quotaSize: 1_000_000,
  });
  await page.goto('/');
  await rules(page).fill('Nim with one heap of 9, take 1 or 2, last one wins.');
  await write(page).click();
  await expect(report(page)).toContainText('100', { timeout: 200_000 });
});

test('a browser without WebAssembly SIMD is told so, and programs can still be pasted', async ({
  page,
}) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await page.goto('/');
  await rules(page).fill('Nim with one heap of 9, take 1 or 2, last one wins.');
  await write(page).click();
  await expect(page.getByRole('main')).toContainText(/SIMD/);
  await expect(rules(page)).toContainText('Nim with one heap');
});

test('a browser without WebGPU offers the starter and says why the others cannot run', async ({
  page,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await page.goto('/');
  const model = page.getByRole('combobox', { name: 'Model' });
  await expect(model.getByRole('option', { name: /Starter/ })).toBeAttached();
  await expect(model.getByRole('option', { name: /Qwen2\.5 3B.*cannot run/ })).toBeAttached();
  await model.selectOption({ index: 1 });
  await expect(page.getByRole('main')).toContainText(/WebGPU/);
});
