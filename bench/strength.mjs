/** Strength of the tree search: OpenSpiel's Python MCTS at equal simulations, and play with hidden information. */
import { runPython } from './machine.mjs';

const SEEN = ['tic_tac_toe', 'connect4', 'breakthrough', 'pig'];
const UNSEEN = ['kuhn_poker', 'leduc_poker'];

async function measured(kind, games, say) {
  const rows = {};
  for (const game of games) {
    rows[game] = JSON.parse(await runPython(['bench/search_strength.py', kind, game]));
    say(`${game}: done`);
  }
  return rows;
}

export async function run(say) {
  return {
    openspiel: await measured('openspiel', SEEN, say),
    hidden: await measured('hidden', UNSEEN, say),
  };
}

const between = ({ low, high }, digits) => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

export const tables = ({ openspiel, hidden }) => [
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
];

export const about =
  "strength of the search: 200 games against OpenSpiel's MCTS at equal simulations, and poker against random and naive players";

export function headline({ openspiel, hidden }) {
  const seen = Object.entries(openspiel).map(([name, row]) => `${name} ${row.mean.toFixed(2)}`);
  const unseen = Object.entries(hidden).map(
    ([name, row]) => `${name} ${row.random.mean.toFixed(2)} and ${row.naive.mean.toFixed(2)}`,
  );
  return `score against OpenSpiel: ${seen.join(', ')}; reward against random and naive: ${unseen.join(', ')}`;
}
