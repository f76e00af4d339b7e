/** Simulations a second of the tree search from the first decision, CPython beside Pyodide. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './machine.mjs';
import { compareTwo, samplePrograms, speedHeadline, speedTable } from './pythons.mjs';

async function plainPrograms() {
  const folder = path.join(ROOT, 'bench', 'programs');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const read = async (name) => [name.slice(0, -3), await readFile(path.join(folder, name), 'utf8')];
  return Object.fromEntries(await Promise.all(names.map(read)));
}

export async function run(say) {
  const kit = Object.entries(await samplePrograms()).map(([name, text]) => [`kit: ${name}`, text]);
  return compareTwo({
    module: 'search_speed',
    figure: 'simulationsPerSecond',
    programs: { ...(await plainPrograms()), ...Object.fromEntries(kit) },
    seconds: 1,
    rounds: 2,
    say,
  });
}

export const tables = (figures) => [speedTable('simulations a second', figures)];

export const about = 'simulations a second of the tree search: Pyodide in Chromium beside CPython';

export const headline = speedHeadline;
