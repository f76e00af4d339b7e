/** The page as a person meets it: accessible names only. */
import { expect, type Locator, type Page } from '@playwright/test';

export const STARTER_CACHE = 'rulewright-model-starter';

export const rules = (page: Page): Locator => page.getByRole('textbox', { name: 'Rules' });
export const program = (page: Page): Locator => page.getByRole('textbox', { name: 'Program text' });
export const report = (page: Page): Locator => page.getByRole('region', { name: 'Report' });
export const board = (page: Page): Locator => page.getByRole('region', { name: 'Board' });
export const status = (page: Page): Locator => page.getByRole('status');
export const legal = (page: Page): Locator =>
  page.getByRole('list', { name: 'Legal actions' }).getByRole('button');
export const write = (page: Page): Locator => page.getByRole('button', { name: 'Write' });

/** Lays a game of the gallery on the table. */
export async function openGame(page: Page, title: string): Promise<void> {
  const play = page.getByRole('button', { name: `Play ${title}`, exact: true });
  if (!(await play.isVisible())) await page.getByText('Thirty games', { exact: true }).click();
  await play.click();
  await expect(report(page)).toContainText('of 100', { timeout: 60_000 });
}

/** Who sits at a player's place. */
export const seat = (page: Page, player: string): Locator =>
  page.getByRole('group', { name: 'Who plays' }).getByRole('combobox', { name: player });

/** Puts a person into every seat. */
export async function twoPersons(page: Page): Promise<void> {
  const seats = page.getByRole('group', { name: 'Who plays' }).getByRole('combobox');
  await seats.first().waitFor();
  const players = (await seats.count()) - 1; // the last one is the strength
  for (let player = 0; player < players; player++) await seats.nth(player).selectOption('Person');
}

/** Opens the page and waits until it needs no network: its own files and the starter's weights are kept. */
export async function openKept(page: Page): Promise<void> {
  await page.goto('/');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
  await expect
    .poll(
      () =>
        page.evaluate(
          async (name) => (await (await caches.open(name)).keys()).length,
          STARTER_CACHE,
        ),
      { timeout: 90_000 },
    )
    .toBeGreaterThanOrEqual(4);
}

/** Puts a program into the editor and asks for a check. */
export async function check(page: Page, source: string): Promise<void> {
  await program(page).fill(source);
  await page.getByRole('button', { name: 'Check again' }).click();
}

/** Plays the first legal action of each turn until the match is over; returns how many actions were chosen. */
export async function playToTheEnd(page: Page): Promise<number> {
  for (let turns = 0; turns < 80; turns++) {
    await expect
      .poll(async () => (await over(page)) || (await legal(page).count()) > 0, { timeout: 60_000 })
      .toBe(true);
    if (await over(page)) return turns;
    const before = await page.getByRole('region', { name: 'Board' }).innerText();
    await legal(page).first().click();
    await expect(board(page)).not.toHaveText(before);
  }
  throw new Error('the match does not end');
}

const over = async (page: Page): Promise<boolean> =>
  /wins|won|lost|draw|over/i.test(await status(page).innerText());

export const PLAIN_NIM = `from kit import *

HEAPS = [4]
TAKES = [1, 2, 3]
LAST_WINS = True


def get_initial_state():
    return start(heaps=HEAPS)


def get_legal_actions(state):
    return takes(state, TAKES)


def apply_action(state, action):
    state = take(state, action, TAKES)
    if takes(state, TAKES):
        return next_turn(state)
    return win(state) if LAST_WINS else lose(state)
`;
