/** Simulations a second of plain UCT on each of the thirty games, and what improving the slowest programs gained. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, runPython } from './machine.mjs';
import { compareTwo, speedTable } from './pythons.mjs';
import { figure, median, ratio } from './table.mjs';

const GAMES = path.join(ROOT, 'datasets', 'games');
/** Earlier programs of the same games, which play just as the present ones do. */
const BEFORE = path.join(ROOT, 'bench', 'before');
const SECONDS = 0.5;
/** By turns; the best of each counts. */
const ROUNDS = 2;

async function programs() {
  const found = await readdir(GAMES, { recursive: true });
  const names = found
    .filter((file) => path.basename(file) === 'game.py')
    .map(path.dirname)
    .sort();
  const read = async (name) => [name, await readFile(path.join(GAMES, name, 'game.py'), 'utf8')];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Earlier and present program by turns in one process: only their ratio is worth much. */
async function gains(present, say) {
  const files = (await readdir(BEFORE)).filter((file) => file.endsWith('.py')).sort();
  const rows = {};
  for (const file of files) {
    const name = path.basename(file, '.py');
    const before = await readFile(path.join(BEFORE, file), 'utf8');
    const request = { before, after: present[name], seconds: 2 * SECONDS, rounds: 2 };
    rows[name] = JSON.parse(await runPython(['bench/game_speed.py'], JSON.stringify(request)));
    say(`${name}: ${rows[name].gain} times as fast as before`);
  }
  return rows;
}

export async function run(say) {
  const present = await programs();
  const speeds = await compareTwo({
    module: 'game_speed',
    figure: 'simulationsPerSecond',
    programs: present,
    seconds: SECONDS,
    rounds: ROUNDS,
    say,
  });
  return { ...speeds, gains: await gains(present, say) };
}

export const tables = (figures) => [
  speedTable('plain UCT, simulations a second', figures),
  {
    head: ['improved program, CPython', 'before', 'after', 'gain'],
    rows: Object.entries(figures.gains).map(([name, row]) => [
      name,
      figure(row.before),
      figure(row.after),
      ratio(row.gain),
    ]),
  },
];

export const about =
  'simulations a second of plain UCT on each of the thirty games, in CPython and in Pyodide';

export function headline({ programs: rows, gains: gained }) {
  const speeds = Object.entries(rows).map(([name, row]) => [row.cpython, name]);
  const [slowest, name] = speeds.reduce((a, b) => (b[0] < a[0] ? b : a));
  const middle = figure(median(speeds.map(([speed]) => speed)));
  const better = Object.entries(gained).map(([game, row]) => `${game} ${ratio(row.gain)}`);
  return `${speeds.length} games in CPython: median ${middle}, least ${figure(slowest)} (${name}); gains: ${better.join(', ')} times`;
}
