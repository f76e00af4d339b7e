/** Who sits where, and what each seat sees: a device that is passed on, the end laid open, a match kept as a scenario. */
import { expect, test, type Page } from '@playwright/test';
import { board, legal, openGame, report, status, twoPersons } from './rulewright';

const pass = (page: Page) => page.getByRole('button', { name: /^I am/ });
const cards = (page: Page) => board(page).getByRole('group', { name: 'Hands' }).getByRole('img');

/** What is awaited of the cards on the table, as they are said: "card K", "a hidden card". They are drawn a moment later. */
const faces = (page: Page) =>
  expect.poll(() =>
    cards(page).evaluateAll((all) => all.map((card) => card.getAttribute('aria-label') ?? '')),
  );

async function nothingLiesOpen(page: Page): Promise<void> {
  await expect(pass(page)).toBeVisible();
  await expect(cards(page)).toHaveCount(0);
  await expect(legal(page)).toHaveCount(0);
  expect(await board(page).innerText()).not.toMatch(/\b[JQK]\b|Call|Raise|Fold/);
}

test('two persons at one device see their own card each, and all at the end', async ({ page }) => {
  await page.goto('/');
  await openGame(page, 'Kuhn poker');
  await twoPersons(page);
  await nothingLiesOpen(page);
  await pass(page).click();
  await expect(legal(page)).toHaveText(['Call', 'Raise']);
  await faces(page).toEqual([expect.stringMatching(/^card [JQK]$/), 'a hidden card']);
  const own = await cards(page).first().getAttribute('aria-label');

  // Nothing of it is left for the next person, whatever they press.
  await legal(page).first().click();
  await nothingLiesOpen(page);
  await page.reload();
  await nothingLiesOpen(page);
  await expect(pass(page)).toHaveText('I am Player 2');
  await pass(page).click();
  await expect(cards(page).first()).toHaveAttribute('aria-label', 'a hidden card');
  await expect(page.getByRole('button', { name: 'Look back' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Keep as a scenario' })).toBeDisabled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await nothingLiesOpen(page);
  await expect(pass(page)).toHaveText('I am Player 1');
  await pass(page).click();
  await faces(page).toEqual([own, 'a hidden card']);

  await legal(page).last().click();
  await pass(page).click();
  await legal(page).filter({ hasText: 'Fold' }).click();
  await expect(status(page)).toContainText('Player 1 wins');
  await page.getByRole('button', { name: 'Look back' }).click();
  await expect(board(page)).toContainText('Step 3 of 3');
  await faces(page).toEqual([expect.stringMatching(/^card /), expect.stringMatching(/^card /)]);
  await board(page).getByRole('combobox', { name: 'Seen by' }).selectOption('Player 2');
  await expect(cards(page).first()).toHaveAttribute('aria-label', 'a hidden card');
  // The match goes on: what was laid open is covered again.
  await page.getByRole('button', { name: 'Back', exact: true }).press('u');
  await expect(legal(page)).toHaveText(['Fold', 'Call']);
  await expect(cards(page).first()).toHaveAttribute('aria-label', 'a hidden card');
});

test('a match is kept as a scenario, and every check asks for it', async ({ page }) => {
  await page.goto('/');
  await openGame(page, 'Matching pennies');
  await twoPersons(page);
  for (const choice of ['H', 'T']) {
    await pass(page).click();
    await legal(page).filter({ hasText: choice }).click();
  }
  await expect(status(page)).toContainText('Player 2 wins');
  await page.getByRole('button', { name: 'Keep as a scenario' }).click();
  const kept = report(page).getByRole('region', { name: 'Your scenarios' });
  await expect(kept).toContainText('After 2 actions Player 2 wins');
  await expect(kept).toContainText('rewards -1, 1');

  await kept.getByRole('button', { name: 'Change' }).click();
  await kept.getByRole('combobox', { name: 'Who has won' }).selectOption('Player 1');
  await kept.getByRole('textbox', { name: 'Rewards' }).fill('1, -1');
  await kept.getByRole('textbox', { name: 'Name' }).fill('Heads beats tails');
  await kept.getByRole('button', { name: 'Save' }).click();
  await page.reload();
  await expect(kept).toContainText('Heads beats tails');
  await page.getByRole('button', { name: 'Check again' }).first().click();
  const meaning = report(page).getByRole('list', { name: 'What it means: findings' });
  await expect(meaning).toContainText('Heads beats tails', { timeout: 60_000 });
  await meaning.getByRole('button', { name: /Replay on the board/ }).click();
  await expect(board(page)).toContainText('Step 0 of 2');

  await kept.getByRole('button', { name: 'Delete' }).click();
  await expect(kept).toHaveCount(0);
});
