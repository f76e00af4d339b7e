/**
 * The starter by both engines of the page, each beside its library called bare: loading, reading, writing, by turns.
 *
 * Each time a fresh page, which has nothing of any engine yet, loads one and writes one answer; then it is closed. All
 * files are kept. What a load is:
 * - our WebLLM: a worker is started, reads the library in, checks the kept GGUF files by their SHA-256 and makes from
 *   them what WebLLM reads;
 * - bare WebLLM: the library is read in and called in the page, with model library, tokenizer and shards in MLC's
 *   form in its own cache, unchecked;
 * - our wllama: reads the library in, checks llama.cpp and the kept GGUF files by their SHA-256, and starts it;
 * - bare wllama: reads the library in and loads from its own cache, unchecked, with its own settings but for context
 *   and threads.
 * One round comes before those that count: it fills the last caches, the graphics process's shaders among them.
 */
import { SOFTWARE_WEBGPU, withBrowser } from './machine.mjs';
import { openBench, withSite } from './site.mjs';
import { figure, median, ratio, rounded } from './table.mjs';

const ENGINES = { webllm: 'WebLLM', wllama: 'wllama' };
const BARE = { webllm: 'bareWebllm', wllama: 'bareWllama' };
/** One prompt a turn: with each, each way goes first as often as the other. */
const EXAMPLES = ['three-heaps', 'three-heaps', 'pig', 'pig'];
/** Times that a turn asks each: llama.cpp's threads wait for each other, so whatever else runs disturbs them most. */
const ASKED = { webllm: 1, wllama: 2 };
const MOST_TOKENS = 24;
/** Ours may cost this much of what the bare library does. */
const BAR = 0.95;

export async function run(say) {
  return withSite((address) =>
    withBrowser(async (browser) => {
      const context = await browser.newContext();
      const first = await openBench(context, address);
      await first.evaluate(() => globalThis.bench.keepWays());
      await first.close();
      const turn = (way, example, most) => takeTurn(context, address, way, example, most);
      for (const way of [...Object.keys(ENGINES), ...Object.values(BARE)]) {
        await turn(way, EXAMPLES[0], 2);
        say(`first round, ${way}`);
      }
      const turns = { webllm: [], bareWebllm: [], wllama: [], bareWllama: [] };
      for (const [index, example] of EXAMPLES.entries()) {
        for (const engine of Object.keys(ENGINES)) {
          const pair = index % 2 === 0 ? [engine, BARE[engine]] : [BARE[engine], engine];
          const order = ASKED[engine] === 1 ? pair : [...pair, ...pair.toReversed()];
          for (const way of order) {
            const seen = await turn(way, example, MOST_TOKENS);
            turns[way].push(seen);
            const [load, read, written] = Object.values(PARTS).map((of) => figure(of(seen)));
            say(`turn ${index + 1}, ${way}: ${load} s, ${read} and ${written} tokens a second`);
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

/** One load and one answer in a page of its own. */
async function takeTurn(context, address, way, example, most) {
  const page = await openBench(context, address);
  const seen = await page.evaluate(
    async ([name, asked, tokens]) => {
      const one = globalThis.bench.openWay(name);
      const load = await one.load();
      return { load, ...(await one.write(asked, tokens)) };
    },
    [way, example, most],
  );
  await page.close();
  return seen;
}

const PARTS = {
  loadSeconds: ({ load }) => load / 1000,
  prefill: ({ promptTokens, first }) => (promptTokens * 1000) / first,
  decode: ({ tokens, rest }) => ((tokens - 1) * 1000) / rest,
};

/** Medians over the turns, and their ratio; the ratios of the single turns show how far they spread. */
function beside(own, bare) {
  const row = (part) => {
    const of = PARTS[part];
    const ratios = own.map((one, index) => of(one) / of(bare[index]));
    // Shorter is better: the ratio of loads is turned round, so that 1 is as good as bare everywhere.
    const good = part === 'loadSeconds' ? ratios.map((share) => 1 / share) : ratios;
    const [ours, theirs] = [median(own.map(of)), median(bare.map(of))];
    return {
      own: rounded(ours),
      bare: rounded(theirs),
      ratio: rounded(part === 'loadSeconds' ? theirs / ours : ours / theirs, 3),
      ratios: good.map((share) => rounded(share)),
    };
  };
  return {
    loadSeconds: row('loadSeconds'),
    prefill: row('prefill'),
    decode: row('decode'),
    answers: own.length,
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
    const { sameText, answers } = figures[engine];
    const alike = `${sameText} of ${answers} answers alike`;
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
