/** Tokens a second of the starter in the browser: the page's engine beside bare wllama, by turns on the same prompts. */
import { withBrowser } from './machine.mjs';
import { openBench, withSite } from './site.mjs';
import { figure, ratio, rounded } from './table.mjs';

const EXAMPLES = ['three-heaps', 'connect-four', 'pig', 'kuhn'];

export async function run(say) {
  return withSite((address) =>
    withBrowser(async (browser) => {
      const page = await openBench(await browser.newContext(), address);
      const threads = await page.evaluate(async () => {
        globalThis.writers = await globalThis.bench.openWriters();
        return globalThis.writers.threads;
      });
      const written = { engine: [], bare: [] };
      for (const [turn, example] of EXAMPLES.entries()) {
        // Each goes first as often as the other.
        const order = turn % 2 === 0 ? ['engine', 'bare'] : ['bare', 'engine'];
        for (const way of order) {
          const answer = await page.evaluate(
            ([writer, name]) => globalThis.writers[writer](name),
            [way, example],
          );
          written[way].push(answer);
          say(`${example}, ${way}: ${answer.tokens} tokens`);
        }
      }
      const same = EXAMPLES.filter((_, i) => written.engine[i].text === written.bare[i].text);
      return { threads, ...summary(written), answers: EXAMPLES.length, sameText: same.length };
    }),
  );
}

function summary(written) {
  const total = (way, part) => written[way].reduce((sum, answer) => sum + answer[part], 0);
  const rate = (way) => ((total(way, 'tokens') - EXAMPLES.length) * 1000) / total(way, 'rest');
  const row = (engine, bare) => ({
    engine: rounded(engine),
    bare: rounded(bare),
    ratio: rounded(engine / bare, 3),
  });
  return {
    tokensPerSecond: row(rate('engine'), rate('bare')),
    secondsToFirst: row(
      total('engine', 'first') / 1000 / EXAMPLES.length,
      total('bare', 'first') / 1000 / EXAMPLES.length,
    ),
    tokens: row(total('engine', 'tokens'), total('bare', 'tokens')),
  };
}

const WORDS = {
  tokensPerSecond: 'tokens a second, writing',
  secondsToFirst: 'seconds to the first token',
  tokens: 'tokens written',
};

export function tables(figures) {
  const rows = Object.entries(WORDS).map(([part, words]) => {
    const { engine, bare, ratio: share } = figures[part];
    return [words, figure(engine), figure(bare), ratio(share)];
  });
  const { threads, answers, sameText } = figures;
  const title = `${threads} thread${threads === 1 ? '' : 's'}, ${answers} answers, ${sameText} alike`;
  return [{ head: [title, 'our engine', 'bare wllama', 'ratio'], rows }];
}

export const about =
  "the starter's tokens a second in Chromium: the page's engine beside bare wllama";

export const headline = ({ tokensPerSecond: { engine, bare, ratio: share } }) =>
  `${figure(engine)} beside ${figure(bare)}: ${ratio(share)}`;
