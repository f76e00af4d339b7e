/**
 * `npm run bench -- NAME [--json] [--record]`: measures one thing on this machine and prints a table.
 * `--json` prints the figures instead; `--record` also writes them to bench/results/NAME.json and README.md.
 * A benchmark may take options of its own, which it names in `options`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { circumstances, ROOT } from './machine.mjs';
import { updateReadme } from './readme.mjs';
import { renderTable } from './table.mjs';

/** Each module has `run(say, passed)`, which resolves to the figures, `tables(figures)`, `headline(figures)` and `about`. */
const BENCHES = {
  'rules-to-playable': () => import('./rules-to-playable.mjs'),
  'worker-ready': () => import('./worker-ready.mjs'),
  checks: () => import('./checks.mjs'),
  simulations: () => import('./simulations.mjs'),
  decode: () => import('./decode.mjs'),
  engines: () => import('./engines.mjs'),
  games: () => import('./games.mjs'),
  strength: () => import('./strength.mjs'),
  inference: () => import('./inference.mjs'),
  mutants: () => import('./mutants.mjs'),
};

const OPTIONS = ['--json', '--record'];

const [name, ...options] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(BENCHES, name)) leave('', OPTIONS);
const bench = await BENCHES[name]();
const passed = options.filter((option) => !OPTIONS.includes(option));
const unknown = passed.find(
  (option) =>
    bench.options === undefined ||
    (option.startsWith('-') && !bench.options.includes(option.split('=')[0])),
);
if (unknown !== undefined)
  leave(`Unknown option ${unknown}. `, [...OPTIONS, ...(bench.options ?? [])]);

/** Says how the command is used, and ends. */
function leave(wrong, known) {
  console.error(`${wrong}Usage: npm run bench -- NAME [${known.join('] [')}]`);
  console.error(`NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

/** Progress goes to the error stream, so that --json alone is on the other. */
const say = (line) => console.error(`  ${line}`);

const { run, tables } = bench;
const about = await circumstances();
const figures = await run(say, passed);
const report = { bench: name, ...about, figures };

if (options.includes('--json')) console.log(JSON.stringify(report, null, 2));
else {
  console.log(`\n${name} · ${about.date} · ${about.cores} cores, ${about.processor}`);
  for (const table of tables(figures)) console.log(`\n${renderTable(table)}`);
}
if (options.includes('--record')) {
  const file = path.join(ROOT, 'bench', 'results', `${name}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  const style = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(report), { ...style, parser: 'json' }));
  await updateReadme(BENCHES);
  say(`recorded in ${path.relative(ROOT, file)} and README.md`);
}
