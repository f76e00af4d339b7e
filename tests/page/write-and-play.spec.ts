/** The whole way, without a network: rules typed, a program written by the starter, checked, played, found again. */
import { expect, test } from '@playwright/test';
import { board, legal, openKept, playToTheEnd, report, rules, status, write } from './rulewright';

test('unseen rules become a game that is played to its end and is there after a reload', async ({
  page,
  context,
}) => {
  test.setTimeout(300_000);
  await openKept(page);
  await context.setOffline(true);
  await rules(page).fill(
    'Anna and Ben share a square sheet with three rows and three columns. They take turns to put one ' +
      'sticker into any empty box. Three of your stickers side by side, up and down or slanting, and you win.',
  );
  await write(page).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeEnabled();
  await expect(report(page)).toContainText('100', { timeout: 200_000 });
  await expect(legal(page)).toHaveCount(9);
  await expect(page.getByRole('region', { name: 'Program' })).toContainText('Rows');

  const turns = await playToTheEnd(page);
  expect(turns).toBeGreaterThanOrEqual(3);
  const result = await status(page).innerText();
  const drawn = await board(page).getByRole('grid').innerText();
  await page.reload();
  await expect(status(page)).toHaveText(result, { timeout: 60_000 });
  await expect.poll(() => board(page).getByRole('grid').innerText()).toBe(drawn);
  await expect(rules(page)).toContainText('Anna and Ben');
});

test('writing is cancelled at once and the text stays', async ({ page }) => {
  test.setTimeout(200_000);
  await openKept(page);
  await rules(page).fill('Nim with one heap of 15, take one to three, last one loses.');
  await write(page).click();
  await expect(page.getByRole('region', { name: 'Program' })).toContainText('from kit', {
    timeout: 120_000,
  });
  const began = Date.now();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(write(page)).toBeEnabled();
  expect(Date.now() - began).toBeLessThan(3000);
  await expect(rules(page)).toContainText('Nim with one heap of 15');
  // The engine is fit for the next text.
  await write(page).click();
  await expect(report(page)).toContainText('100', { timeout: 150_000 });
});
