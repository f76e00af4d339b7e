/** The starter by both engines of the page, each beside its library called bare: loading, reading, writing, by turns. */
import { SOFTWARE_WEBGPU, withBrowser } from './machine.mjs';
import { openBench, withSite } from './site.mjs';
import { figure, ratio, rounded } from './table.mjs';

const ENGINES = { webllm: 'WebLLM', wllama: 'wllama' };
const BARE = { webllm: 'bareWebllm', wllama: 'bareWllama' };
/** One prompt a turn; each way goes first as often as the other. */
const EXAMPLES = ['three-heaps', 'pig', 'three-heaps', 'pig'];
const MOST_TOKENS = 48;
/** Ours may cost this much of what the bare library does. */
const BAR = 0.95;

export async function run(say) {
  return withSite((address) =>
    withBrowser(async (browser) => {
      const page = await openBench(await browser.newContext(), address);
      await page.evaluate(async () => {
        globalThis.ways = await globalThis.bench.openWays();
      });
      const turns = { webllm: [], bareWebllm: [], wllama: [], bareWllama: [] };
      for (const [turn, example] of EXAMPLES.entries()) {
        for (const engine of Object.keys(ENGINES)) {
          const order = turn % 2 === 0 ? [engine, BARE[engine]] : [BARE[engine], engine];
          for (const way of order) {
            const seen = await page.evaluate(
              async ([name, asked, most]) => {
                const one = globalThis.ways[name];
                const load = await one.load();
                const answer = await one.write(asked, most);
                await one.unload();
                return { load, ...answer };
              },
              [way, example, MOST_TOKENS],
            );
            turns[way].push(seen);
            say(`turn ${turn + 1}, ${way}: loaded in ${(seen.load / 1000).toFixed(1)} s`);
          }
        }
      }
      const figures = {};
      for (const engine of Object.keys(ENGINES)) {
        figures[engine] = beside(turns[engine], turns[BARE[engine]]);
      }
      return { turns: EXAMPLES.length, most: MOST_TOKENS, bar: BAR, ...figures };
    }, SOFTWARE_WEBGPU),
  );
}

function beside(own, bare) {
  const total = (runs, part) => runs.reduce((sum, one) => sum + one[part], 0);
  const row = (of, ofRatio = (a, b) => a / b) => {
    const [ours, theirs] = [of(own), of(bare)];
    return { own: rounded(ours), bare: rounded(theirs), ratio: rounded(ofRatio(ours, theirs), 3) };
  };
  return {
    // Shorter is better: the ratio is turned round, so that 1 is as good as bare everywhere.
    loadSeconds: row(
      (runs) => total(runs, 'load') / 1000 / runs.length,
      (a, b) => b / a,
    ),
    prefill: row((runs) => (total(runs, 'promptTokens') * 1000) / total(runs, 'first')),
    decode: row((runs) => ((total(runs, 'tokens') - runs.length) * 1000) / total(runs, 'rest')),
    sameText: own.filter(({ text }, index) => text === bare[index]?.text).length,
  };
}

const WORDS = {
  loadSeconds: 'seconds to load, files kept',
  prefill: 'tokens a second, reading',
  decode: 'tokens a second, writing',
};

export function tables(figures) {
  return Object.entries(ENGINES).map(([engine, name]) => {
    const rows = Object.entries(WORDS).map(([part, words]) => {
      const { own, bare, ratio: share } = figures[engine][part];
      return [words, figure(own), figure(bare), ratio(share)];
    });
    const alike = `${figures[engine].sameText} of ${figures.turns} answers alike`;
    return { head: [`${name}, ${alike}`, 'our engine', `bare ${name}`, 'as good'], rows };
  });
}

export const about =
  'the starter by WebLLM (software adapter) and by wllama: loading, reading, writing, each beside the bare library';

export const headline = (figures) =>
  Object.entries(ENGINES)
    .map(([engine, name]) => {
      const { prefill, decode, loadSeconds } = figures[engine];
      const speeds = `${figure(prefill.own)} and ${figure(decode.own)} tokens a second`;
      const shares = [loadSeconds, prefill, decode].map(({ ratio: share }) => ratio(share));
      return `${name}: ${speeds}; load, reading, writing ${shares.join(', ')} of bare (bar ${ratio(figures.bar)})`;
    })
    .join('; ');
