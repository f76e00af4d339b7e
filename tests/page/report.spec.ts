/** The report: five tiers, and a leak shown as the two worlds between which a player should not be able to tell. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { board, check, report } from './rulewright';

/** Whoever plays against a king cannot raise, and so knows of it. */
const LEAKING = readFileSync('datasets/games/kuhn_poker/game.py', 'utf8').replace(
  'else ["Call", "Raise"]',
  'else ["Call"] if state["hands"][1 - state["turn"]] == "K" else ["Call", "Raise"]',
);

test('a leak is shown as two worlds side by side', async ({ page }) => {
  await page.goto('/');
  await check(page, LEAKING);
  for (const tier of [
    'The text',
    'How it plays',
    'What players know',
    'What it means',
    'As a game',
  ]) {
    await expect(report(page).getByText(tier, { exact: true })).toBeVisible({ timeout: 60_000 });
  }
  await expect(report(page)).toContainText(/A decision has [\d.]+ actions to choose from/);
  const knows = report(page).getByRole('list', { name: 'What players know: findings' });
  await knows.getByRole('button', { name: 'Show the two worlds on the board' }).first().click();
  const worlds = board(page).getByRole('region', { name: /^World [12]$/ });
  await expect(worlds).toHaveCount(2);
  const forward = board(page).getByRole('button', { name: 'Forward' });
  while (await forward.isEnabled()) {
    const step = await board(page).getByText(/^Step/).innerText();
    await forward.click();
    await expect(board(page).getByText(/^Step/)).not.toHaveText(step);
  }
  // All open the worlds differ; one of the players sees the same in both.
  const tables = async () => [
    await worlds.first().locator('.view').innerText(),
    await worlds.last().locator('.view').innerText(),
  ];
  const [first, second] = await tables();
  expect(first).not.toBe(second);
  const seen: boolean[] = [];
  for (const player of ['Player 1', 'Player 2']) {
    await board(page).getByRole('combobox', { name: 'Seen by' }).selectOption(player);
    await expect(worlds.first()).toContainText(`${player} (you)`);
    await expect(worlds.last()).toContainText(`${player} (you)`);
    const [one, other] = await tables();
    seen.push(one === other);
  }
  expect(seen).toContain(true);
});
