/** Histories found for the games with hidden information: gamecwm.infer beside two other ways, in one run. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, runPython } from './machine.mjs';
import { median, rounded } from './table.mjs';

const GAMES = path.join(ROOT, 'datasets', 'games');
const HISTORIES = 40;
const WAYS = { infer: 'infer', own: "the program's own", depthFirst: "the kit's depth-first" };

async function imperfect() {
  const names = (await readdir(GAMES)).sort();
  const read = async (name) =>
    JSON.parse(await readFile(path.join(GAMES, name, 'meta.json'), 'utf8'));
  const metas = await Promise.all(names.map(read));
  return names.filter((_, index) => metas[index].information === 'imperfect');
}

export async function run(say) {
  const games = {};
  const times = {};
  for (const name of await imperfect()) {
    const folder = path.join(GAMES, name);
    const found = JSON.parse(
      await runPython(['bench/inference.py', folder, '--histories', String(HISTORIES)]),
    );
    games[name] = {};
    for (const [way, { times: spent, ...row }] of Object.entries(found)) {
      games[name][way] = row;
      (times[way] ??= []).push(...spent);
    }
    say(
      `${name}: ${percent(games[name].infer.solved)} in ${milliseconds(games[name].infer.median)} ms`,
    );
  }
  const all = Object.fromEntries(
    Object.entries(times).map(([way, spent]) => [
      way,
      {
        solved: rounded(mean(Object.values(games).map((game) => game[way]?.solved ?? 0)), 4),
        median: median(spent),
        p95: spent.sort((a, b) => a - b)[Math.floor(0.95 * spent.length)],
      },
    ]),
  );
  return { histories: HISTORIES, limitSeconds: 2, games, all };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const milliseconds = (seconds) => (1000 * seconds).toFixed(1);

const cells = (row) =>
  row ? [percent(row.solved), milliseconds(row.median), milliseconds(row.p95)] : ['', '', ''];

export const tables = ({ games, all, histories }) => [
  {
    head: [
      `${histories} histories a game, 2 s of processor time each`,
      ...Object.values(WAYS).flatMap((way) => [`${way}: solved`, 'median ms', '95th ms']),
    ],
    rows: [...Object.entries(games), ['all', all]].map(([name, row]) => [
      name,
      ...Object.keys(WAYS).flatMap((way) => cells(row[way])),
    ]),
  },
];

export const about =
  'histories found for the 15 games with hidden information: inference beside the programs’ own functions and depth-first search';

export function headline({ all, games }) {
  const [slowest, { infer }] = Object.entries(games).reduce((one, other) =>
    other[1].infer.median > one[1].infer.median ? other : one,
  );
  const worst = `${milliseconds(infer.median)} ms in ${slowest}`;
  return `${percent(all.infer.solved)} within 2 s, median ${milliseconds(all.infer.median)} ms (at most ${worst}); own ${percent(all.own.solved)}, depth first ${percent(all.depthFirst.solved)}`;
}
