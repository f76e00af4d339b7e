/** How soon the Python worker serves: from the snapshot made at build time, and plainly, by turns in one browser. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, withBrowser } from './machine.mjs';
import { openBench, withSite } from './site.mjs';
import { figure, median, ratio, rounded, seconds } from './table.mjs';

const ROUNDS = 5;
const WAYS = { snapshot: true, plain: false };

export async function run(say) {
  const source = await readFile(path.join(ROOT, 'bench', 'programs', 'tic_tac_toe.py'), 'utf8');
  return withSite((address) =>
    withBrowser(async (browser) => {
      const context = await browser.newContext();
      const starts = { snapshot: [], plain: [] };
      // The first round fetches the files over the local network and warms the machine: it is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const [way, snapshot] of Object.entries(WAYS)) {
          const page = await openBench(context, address);
          const start = await page.evaluate(
            ([fast, text]) => globalThis.bench.startWorker(fast, text),
            [snapshot, source],
          );
          await page.close();
          if (start.snapshot !== snapshot) throw new Error(`The ${way} start was not one.`);
          if (round > 0) starts[way].push(start);
          say(`${way}: ready in ${seconds(start.ready / 1000)}`);
        }
      }
      return { rounds: ROUNDS, milliseconds: summary(starts) };
    }),
  );
}

/** Medians; the ratio is how many times longer the plain start takes. */
function summary(starts) {
  const rows = {};
  for (const part of ['worker', 'ready', 'answered']) {
    const snapshot = median(starts.snapshot.map((start) => start[part]));
    const plain = median(starts.plain.map((start) => start[part]));
    rows[part] = {
      snapshot: rounded(snapshot, 0),
      plain: rounded(plain, 0),
      ratio: rounded(plain / snapshot),
    };
  }
  return rows;
}

const WORDS = {
  worker: "the worker's own start",
  ready: 'page asks → worker warm',
  answered: 'page asks → a program is open',
};

export function tables({ rounds, milliseconds }) {
  const rows = Object.entries(milliseconds).map(([part, row]) => [
    WORDS[part],
    figure(row.snapshot),
    figure(row.plain),
    ratio(row.ratio),
  ]);
  const title = `milliseconds (median of ${rounds})`;
  return [{ head: [title, 'snapshot', 'plain start', 'plain / snapshot'], rows }];
}

export const about = 'Python worker warm: from the snapshot beside a plain start';

export const headline = ({ milliseconds: { ready } }) =>
  `${seconds(ready.snapshot / 1000)} beside ${seconds(ready.plain / 1000)}: ${ratio(ready.ratio)} times sooner`;
