/** A program that is edited by hand: knobs, findings with counter-examples, hidden information, friends, undo. */
import { expect, test } from '@playwright/test';
import { board, check, legal, PLAIN_NIM, program, report, seat, status } from './rulewright';

const PENNIES = `from kit import *

CHOICES = ["heads", "tails"]


def get_initial_state():
    return start(own=["picks"], picks=secrets(), played=[], scores=[0, 0])


def get_legal_actions(state):
    return options(state, CHOICES)


def apply_action(state, action):
    state = pick(state, action, CHOICES)
    if not is_revealed(state):
        return state
    first, second = state["played"][-1]
    return end(state, [1, -1] if first == second else [-1, 1])
`;

test.beforeEach(async ({ page }) => {
  await page.goto('/');
});

test('a knob changes the game, which is checked again', async ({ page }) => {
  await check(page, PLAIN_NIM);
  await expect(report(page)).toContainText('100');
  await expect(legal(page)).toHaveText(['take 1', 'take 2', 'take 3']);
  const takes = page.getByRole('textbox', { name: 'Takes' });
  await takes.fill('1, 2');
  await takes.press('Enter');
  await expect(program(page)).toContainText('TAKES = [1, 2]');
  await expect(legal(page)).toHaveText(['take 1', 'take 2']);
});

test('the search never gives a won position away', async ({ page }) => {
  // Four objects, one to three a turn: whoever moves first has lost.
  await check(page, PLAIN_NIM);
  await legal(page).first().click();
  await expect(status(page)).toContainText(/wins|won/i, { timeout: 30_000 });
  await expect(status(page)).toContainText('Player 2');
  await page.getByRole('button', { name: 'New match' }).click();
  await expect(legal(page)).toHaveCount(3);
});

test('a friend takes the other seat, and undo takes back', async ({ page }) => {
  await check(page, PLAIN_NIM);
  await seat(page, 'Player 2').selectOption('Person');
  await legal(page).first().click();
  await expect(legal(page)).toHaveCount(3);
  await expect(board(page)).toContainText('Player 2');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(status(page)).toContainText('Player 1');
});

test('a broken program gets a finding whose counter-example replays on the board', async ({
  page,
}) => {
  await check(
    page,
    PLAIN_NIM.replace('    return win', '    raise KeyError("oops")\n    return win'),
  );
  await expect(report(page)).toContainText('oops');
  const score = Number(/(\d+)\s*of 100/.exec(await report(page).innerText())?.[1]);
  expect(score).toBeLessThan(20);
  await report(page)
    .getByRole('button', { name: /replay|show/i })
    .first()
    .click();
  await expect(board(page)).toContainText('Step 0 of');
  await page.getByRole('button', { name: 'Forward' }).click();
  await expect(board(page)).toContainText('take');
});

test('a hidden choice is not shown to the other seat', async ({ page }) => {
  await check(page, PENNIES);
  await expect(report(page)).toContainText('100');
  await page.getByRole('button', { name: 'Swap seats' }).click();
  // The search has chosen first; nothing on the page may tell what.
  await expect(legal(page)).toHaveText(['heads', 'tails'], { timeout: 30_000 });
  const shown = await board(page).innerText();
  expect(shown.match(/heads|tails/g)).toHaveLength(2);
});
