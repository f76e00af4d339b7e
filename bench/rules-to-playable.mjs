/**
 * Typed rules → a game to play, as a person meets it: a fresh browser profile, the built page, the starter's weights
 * fetched ahead, rules typed by hand, Write pressed, until there are legal actions to click and a score in the report.
 */
import { startServer } from '../scripts/serve.mjs';
import { withBrowser } from './machine.mjs';
import { builtPage } from './site.mjs';
import { rounded, seconds } from './table.mjs';

const LIMIT_MILLISECONDS = 300_000;

/** Wordings of no gallery example. */
const GAMES = {
  nim: {
    title: 'Nim',
    goalSeconds: 60,
    rules:
      'There are three piles, of 4, 5 and 7 stones. You and I take turns. Whoever is to move picks one pile and ' +
      'takes away as many stones as they want, at least one. The player who takes the last stone wins.',
  },
  grid: {
    title: '5x5, gravity, four in a row',
    goalSeconds: 120,
    rules:
      'Connect four, but the board is only 5 rows by 5 columns: discs are dropped into a column and fall to the ' +
      'lowest free square. Four in a row, also diagonally, wins. If the board is full it is a draw.',
  },
};

export async function run(say) {
  const { server, address } = await startServer({ root: builtPage(), port: 0 });
  try {
    const games = {};
    for (const [name, game] of Object.entries(GAMES)) {
      games[name] = await withBrowser((browser) => measure(browser, address, game));
      const { total, goalSeconds, score } = games[name];
      say(`${game.title}: ${seconds(total)} (goal ${goalSeconds} s), score ${score}`);
    }
    return games;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function measure(browser, address, { title, goalSeconds, rules }) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(LIMIT_MILLISECONDS);
  const began = performance.now();
  const since = (from) => (performance.now() - from) / 1000;
  await page.goto(address);
  const box = page.getByRole('textbox', { name: 'Rules' });
  await box.waitFor();
  const loaded = since(began);
  while (!(await page.evaluate(starterIsKept))) {
    if (performance.now() - began > LIMIT_MILLISECONDS) {
      throw new Error('The starter was not fetched ahead.');
    }
    await page.waitForTimeout(100);
  }
  const kept = since(began);
  await box.click();
  await page.keyboard.insertText(rules);
  await page.evaluate(watchPhases);
  const pressed = performance.now();
  await page.getByRole('button', { name: 'Write' }).click();
  await page.waitForFunction(gameIsThere, null, { polling: 50 });
  const total = since(pressed);
  const { phases, score, failed } = await page.evaluate(readOutcome);
  if (failed !== null) throw new Error(`${title}: nothing to play: ${failed}`);
  return {
    title,
    goalSeconds,
    total: rounded(total),
    met: total < goalSeconds,
    score,
    before: { pageThere: rounded(loaded), starterKept: rounded(kept) },
    phases: lengths(phases, total),
    actions: await page.getByRole('list', { name: 'Legal actions' }).getByRole('button').count(),
  };
}

/** Seconds spent in each phase; a phase that comes again (a second candidate) adds to the first. */
function lengths(phases, total) {
  const spent = {};
  phases.forEach(({ name, at }, index) => {
    const end = phases[index + 1]?.at ?? total;
    spent[name] = rounded((spent[name] ?? 0) + end - at);
  });
  return spent;
}

/* The functions below run in the page. */
/* global document, caches, MutationObserver */

async function starterIsKept() {
  const cache = await caches.open('rulewright-model-starter');
  const kept = (await cache.keys()).map(({ url }) => url);
  const manifest = kept.find((url) => url.endsWith('manifest.json'));
  if (manifest === undefined) return false;
  const { files } = await (await cache.match(manifest)).json();
  return files.every(({ name }) => kept.some((url) => url.endsWith(name)));
}

/** Notes when each phase begins, in seconds from now. */
function watchPhases() {
  const began = performance.now();
  const phases = [];
  const look = () => {
    const name = document.querySelector('.phases [aria-current="step"]')?.textContent;
    if (name === undefined || phases.at(-1)?.name === name) return;
    phases.push({ name, at: (performance.now() - began) / 1000 });
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['aria-current'],
  });
  globalThis.benchPhases = phases;
}

/** True when there is a game, or when the page says that there will be none. */
function gameIsThere() {
  const actions = document.querySelector('ul[aria-label="Legal actions"] button');
  const score = document.querySelector('section[aria-label="Report"] .score strong');
  return (actions !== null && score !== null) || document.querySelector('.failed') !== null;
}

function readOutcome() {
  const score = document.querySelector('section[aria-label="Report"] .score strong');
  return {
    phases: globalThis.benchPhases,
    score: score === null ? null : Number(score.textContent),
    failed: document.querySelector('.failed')?.textContent ?? null,
  };
}

export function tables(games) {
  const names = [...new Set(Object.values(games).flatMap(({ phases }) => Object.keys(phases)))];
  const rows = Object.values(games).map((game) => [
    game.title,
    ...names.map((name) => seconds(game.phases[name] ?? 0)),
    seconds(game.total),
    `< ${game.goalSeconds} s`,
    game.met ? 'yes' : 'no',
    game.score,
  ]);
  const first = Object.values(games).map(({ title, before }) => [
    title,
    seconds(before.pageThere),
    seconds(before.starterKept),
  ]);
  return [
    { head: ['from Write to playable', ...names, 'total', 'goal', 'met', 'score'], rows },
    { head: ['before, from a fresh profile', 'page there', 'starter kept'], rows: first },
  ];
}

export const about = 'Write pressed → a checked game to play, in Chromium with a fresh profile';

export const headline = (games) =>
  Object.values(games)
    .map(({ title, total, goalSeconds }) => `${title}: ${seconds(total)} (goal ${goalSeconds} s)`)
    .join('; ');
