/** The search on the page: several workers, live, ended at once, drawn on the board, silent about what it hides. */
import { expect, test, type Page } from '@playwright/test';
import { board, legal, openGame } from './rulewright';

const hint = (page: Page) => page.getByRole('button', { name: 'Hint' });
const caption = (page: Page) => board(page).locator('.search caption');

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 3 });
  });
  await page.goto('/');
});

test('two workers search one position, the same way each time', async ({ page }) => {
  await openGame(page, 'Tic-tac-toe');
  await page.getByRole('combobox', { name: 'Strength' }).selectOption('Quick');
  const found: string[] = [];
  for (let time = 0; time < 2; time++) {
    await hint(page).click();
    await expect(caption(page)).toContainText('300 simulations by 2 workers', { timeout: 30_000 });
    await expect(hint(page)).toBeEnabled();
    found.push(await board(page).locator('.search tbody').innerText());
  }
  expect(found[1]).toBe(found[0]);
  // What it found lies on the board too.
  const shares = await board(page).locator('.cell .share').allInnerTexts();
  expect(shares.length).toBeGreaterThan(3);
  expect(shares.every((share) => /^\d+%$/.test(share))).toBe(true);
});

test('a long search is seen at work and ended at once', async ({ page }) => {
  await openGame(page, 'Breakthrough');
  await page.getByRole('combobox', { name: 'Strength' }).selectOption('Strong');
  await hint(page).click();
  await expect(board(page).locator('.arrows .arrow').first()).toBeVisible({ timeout: 30_000 });
  const began = Date.now();
  await page.getByRole('button', { name: 'Move now' }).click();
  await expect(hint(page)).toBeEnabled();
  expect(Date.now() - began).toBeLessThan(3000);
  await expect(legal(page)).toHaveCount(22);
});

test('the search keeps to itself what it may not tell', async ({ page }) => {
  await openGame(page, 'Battleship');
  await page.getByRole('combobox', { name: 'Strength' }).selectOption('Quick');
  await hint(page).click();
  await expect(caption(page)).toContainText('The search as Player 1', { timeout: 60_000 });
  await expect(hint(page)).toBeEnabled({ timeout: 60_000 });
  // Worlds that fit what the person knows: their own ships, and some for the other.
  await expect(board(page)).toContainText(/Thought of \d+ worlds? that fits? what Player 1 knows/);
  await expect(board(page).getByRole('list', { name: 'Likeliest worlds' })).toContainText(
    'place_p1',
  );

  await legal(page).first().click();
  await expect(board(page)).toContainText('stays covered until the end', { timeout: 60_000 });
  await expect(legal(page)).toHaveCount(15, { timeout: 60_000 });
  await expect(board(page).locator('.search')).toHaveCount(0);
  expect(await board(page).innerText()).not.toContain('place_p1');
});
