/** Strength of the tree search: OpenSpiel's Python MCTS at equal simulations, and play with hidden information. */
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { ROOT, runPython } from './machine.mjs';

/** Games to be played; all where none is named. */
export const options = [];

export async function run(say, games) {
  if (games.length > 0 && process.argv.includes('--record'))
    throw new Error('Only the whole benchmark can be recorded: name no game.');
  const cache = path.join(ROOT, '.cache', 'strength');
  const jobs = String(Math.min(4, availableParallelism()));
  const args = ['bench/search_strength.py', ...games, '--jobs', jobs, '--cache', cache];
  return JSON.parse(await runPython(args, '', say));
}

const between = ({ low, high }, digits) => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

export const tables = (figures) => all(figures).filter(({ rows }) => rows.length > 0);

const all = ({ openspiel, hidden }) => [
  {
    head: [
      "against OpenSpiel's MCTS",
      'simulations',
      'games',
      'score',
      '95 % interval',
      'no worse',
    ],
    rows: Object.entries(openspiel).map(([name, row]) => [
      name,
      String(row.simulations),
      String(row.games),
      row.mean.toFixed(3),
      between(row, 3),
      row.high >= 0.5 ? 'yes' : 'no',
    ]),
  },
  {
    head: ['hidden information', 'against', 'samples', 'mean reward', '95 % interval', 'better'],
    rows: Object.entries(hidden).flatMap(([name, row]) =>
      ['random', 'naive'].map((opponent) => [
        name,
        opponent === 'naive' ? 'UCT without information sets' : opponent,
        String(row[opponent].games),
        row[opponent].mean.toFixed(3),
        between(row[opponent], 3),
        row[opponent].low > 0 ? 'yes' : 'no',
      ]),
    ),
  },
  ...(hidden.kuhn_poker ? [exploited(hidden.kuhn_poker)] : []),
];

/**
 * How much a best response wins above the value of the game: less is better. Any sensible strategies of Kuhn poker are
 * nearly even against each other, so this is the measure that tells them apart.
 */
const exploited = ({ gap, naiveGap, gain }) => ({
  head: ['kuhn_poker against a best response', 'lost a game', '95 % interval'],
  rows: [
    ['the search', gap],
    ['UCT without information sets', naiveGap],
    ['difference', gain],
  ].map(([name, row]) => [name, row.mean.toFixed(3), between(row, 3)]),
});

export const about =
  "strength of the search: 200 games against OpenSpiel's MCTS at equal simulations, and poker against random and naive players";

export function headline({ openspiel, hidden }) {
  const seen = Object.entries(openspiel).map(([name, row]) => `${name} ${row.mean.toFixed(2)}`);
  const unseen = Object.entries(hidden).map(
    ([name, row]) => `${name} ${row.random.mean.toFixed(2)} and ${row.naive.mean.toFixed(2)}`,
  );
  return `score against OpenSpiel: ${seen.join(', ')}; reward against random and naive: ${unseen.join(', ')}`;
}
