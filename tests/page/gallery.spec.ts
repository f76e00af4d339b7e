/** Games of the gallery: opened without a model, laid out at once, played by clicks on their boards. */
import { expect, test, type Page } from '@playwright/test';
import { board, legal, program, report, rules, twoPersons } from './rulewright';

async function open(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: `Play ${title}`, exact: true }).click();
  await expect(report(page)).toContainText('of 100', { timeout: 60_000 });
  await twoPersons(page);
}

test('three games of the gallery are opened and played by clicks', async ({ page }) => {
  await page.goto('/');
  await page.getByText('Thirty games', { exact: true }).click();
  const list = page.getByRole('list', { name: 'Thirty games' });
  await expect(list).toContainText(/2 players, hidden information, about \d+ decisions/);

  await open(page, 'Breakthrough');
  await expect(program(page)).toContainText('Breakthrough');
  await expect(rules(page)).not.toBeEmpty();
  await board(page).getByRole('button', { name: 'a2: w, can move' }).click();
  await board(page).getByRole('button', { name: 'a3: empty, move here' }).click();
  await expect(board(page).getByRole('button', { name: /^a3: w/ })).toBeVisible();
  await expect(board(page)).toContainText('Black to move');

  await open(page, 'Y');
  await board(page).getByRole('button', { name: 'row 1, column 2: empty, can be played' }).click();
  await expect(board(page).getByRole('button', { name: /^row 1, column 2: B/ })).toBeVisible();
  await expect(legal(page)).toHaveCount(14);

  await open(page, 'Goofspiel');
  await page.getByRole('button', { name: /^I am/ }).click();
  await board(page).getByRole('button', { name: 'card 13, can be played' }).click();
  await page.getByRole('button', { name: /^I am/ }).click();
  // The other's bid and hand stay hidden.
  await expect(board(page).getByRole('img', { name: 'a hidden card' }).first()).toBeVisible();
  await expect(legal(page)).toHaveCount(13);
});
