/** Simulations a second of the tree search from the first decision: CPython beside Pyodide, both beside a plain UCT. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './machine.mjs';
import { compareTwo, samplePrograms, speedHeadline, speedTable } from './pythons.mjs';
import { figure, median, ratio } from './table.mjs';

async function plainPrograms() {
  const folder = path.join(ROOT, 'bench', 'programs');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const read = async (name) => [name.slice(0, -3), await readFile(path.join(folder, name), 'utf8')];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Games of the data set that the search is measured on, beside the small programs. */
const GAMES = ['tic_tac_toe', 'connect4', 'breakthrough', 'kuhn_poker'];

async function games() {
  const file = (name) => path.join(ROOT, 'datasets', 'games', name, 'game.py');
  const read = async (name) => [`game: ${name}`, await readFile(file(name), 'utf8')];
  return Object.fromEntries(await Promise.all(GAMES.map(read)));
}

export async function run(say) {
  const kit = Object.entries(await samplePrograms()).map(([name, text]) => [`kit: ${name}`, text]);
  const shared = { figure: 'simulationsPerSecond', seconds: 1, rounds: 2, say };
  const programs = { ...(await plainPrograms()), ...Object.fromEntries(kit), ...(await games()) };
  const search = await compareTwo({ module: 'search_speed', programs, ...shared });
  say('plain UCT:');
  return { ...search, plain: await compareTwo({ module: 'plain_uct', programs, ...shared }) };
}

function besidePlain({ programs, plain }) {
  return {
    head: ['search / plain UCT', 'plain, CPython', 'ratio', 'plain, Pyodide', 'ratio'],
    rows: Object.entries(programs).map(([name, row]) => {
      const other = plain.programs[name];
      return [
        name,
        figure(other.cpython),
        ratio(row.cpython / other.cpython),
        figure(other.pyodide),
        ratio(row.pyodide / other.pyodide),
      ];
    }),
  };
}

export const tables = (figures) => [
  speedTable('simulations a second', figures),
  besidePlain(figures),
];

export const about =
  'simulations a second of the tree search: Pyodide in Chromium beside CPython, and both beside a plain UCT';

export function headline(figures) {
  if (figures.plain === undefined) return speedHeadline(figures); // recorded before there was a comparison
  const against = Object.entries(figures.programs).map(
    ([name, row]) => row.cpython / figures.plain.programs[name].cpython,
  );
  return `${speedHeadline(figures)}; median ${ratio(median(against))} of a plain UCT in CPython`;
}
