/** Games of the gallery: opened without a model, laid out at once, played by clicks on their boards. */
import { expect, test, type Page } from '@playwright/test';
import { board, legal, openGame, program, rules, twoPersons } from './rulewright';

async function open(page: Page, title: string): Promise<void> {
  await openGame(page, title);
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

test('without a network, on a phone: choices as cards, castling by the king, a pass beside the board', async ({
  page,
  context,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await context.setOffline(true);
  await page.reload();

  await open(page, 'Matching pennies');
  await page.getByRole('button', { name: /^I am/ }).click();
  await expect(legal(page)).toHaveText(['HHeads', 'TTails']);
  await legal(page).first().click();
  await page.getByRole('button', { name: /^I am/ }).click();
  const picks = board(page).getByRole('group', { name: /^Picks/ });
  await expect(picks.getByRole('img', { name: 'has chosen, face down' })).toHaveCount(1);
  await expect(picks.getByRole('img', { name: 'has not chosen' })).toHaveCount(1);
  await legal(page).last().click();
  await expect(picks.getByRole('img', { name: 'Heads' })).toBeVisible();
  await expect(picks.getByRole('img', { name: 'Tails' })).toBeVisible();

  await open(page, 'Chess');
  for (const move of ['P_e2_e4', 'P_e7_e5', 'N_g1_f3', 'N_g8_f6', 'B_f1_c4', 'B_f8_c5']) {
    await legal(page).getByText(move, { exact: true }).click();
  }
  await expect(board(page).getByRole('group', { name: 'Beside the board' })).toHaveText('O-O');
  await board(page).getByRole('button', { name: 'e1: K, can move' }).click();
  await board(page).getByRole('button', { name: 'g1: empty, move here' }).click();
  await expect(board(page).getByRole('button', { name: /^f1: R/ })).toBeVisible();

  await open(page, 'Go 9x9');
  await board(page).getByRole('group', { name: 'Beside the board' }).getByText('pass').click();
  await expect(board(page)).toContainText('White to move');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
});
