/** Kill rates of mutants of the thirty references: our checker beside the paper's four tiers, with scenarios and without. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureUv } from '../scripts/tools.mjs';
import { ROOT } from './machine.mjs';

/** Options after the name that the benchmark itself takes; see bench/mutants/run.py. */
export const options = [
  '--quick',
  '--per-game',
  '--seeds',
  '--seed',
  '--games',
  '--jobs',
  '--survivors',
];

/**
 * @param {(line: string) => void} say @param {string[]} passed options of the benchmark
 * @returns {Promise<object>} the summary of bench/mutants/summary.py
 */
export function run(say, passed = []) {
  const env = {
    ...process.env,
    PYTHONHASHSEED: '0',
    PYTHONPATH: ['python', 'bench/mutants'].join(path.delimiter),
  };
  const command = ['run', '--quiet', '--project', 'python', 'python', 'bench/mutants/run.py'];
  say('results are kept in .cache/mutants: a stopped run goes on where it was');
  return new Promise((resolve, reject) => {
    const child = spawn(ensureUv(), [...command, ...passed], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // The Python process ends those that it started, and only then itself.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(printed)) : reject(new Error(`run.py ended with ${code}`)),
    );
  });
}

const COLUMNS = ['ours', 'oursWithout', 'tiers', 'tiersWithout'];
const HEAD = ['mutants', 'ours', 'without scenarios', 'four tiers', 'without scenarios'];

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

const rates = (row) => [
  String(row.mutants),
  ...COLUMNS.map((column) => percent(row[column], row.mutants)),
];

const rateTable = (name, rows) => ({
  head: [name, ...HEAD],
  rows: Object.entries(rows)
    .filter(([, row]) => row.mutants > 0)
    .map(([label, row]) => [label, ...rates(row)]),
});

export function tables(figures) {
  const { references, equivalent, controls, secondsPerMutant } = figures;
  return [
    rateTable('kind of mutant', { ...figures.byKind, all: figures.all }),
    rateTable('what differs', figures.byDifference),
    rateTable('game', figures.byGame),
    {
      head: ['control', 'ours', 'highest', 'four tiers', 'highest'],
      rows: Object.entries(controls).map(([name, row]) => [
        name,
        ...['ours', 'oursHighest', 'tiers', 'tiersHighest'].map((column) => row[column].toFixed(2)),
      ]),
    },
    {
      head: ['', 'ours', 'four tiers'],
      rows: [
        [
          'false alarms on the references',
          `${references.falseAlarms} of ${references.checks}`,
          `${references.tiersFalseAlarms} of ${references.tiersChecks}`,
        ],
        [
          'processor seconds a mutant',
          String(secondsPerMutant.ours),
          String(secondsPerMutant.tiers),
        ],
      ],
    },
    {
      head: ['equivalent mutants, left out', 'number'],
      rows: [
        ['every position visited', String(equivalent.everyPosition)],
        ['not told apart by long play', String(equivalent.notToldApart)],
      ],
    },
  ];
}

export const about =
  'mutants of the thirty games that a checker gives less than 1: ours beside the four tiers of arXiv 2605.24375';

export function headline({ all, references }) {
  const [ours, alone, tiers, tiersAlone] = COLUMNS.map((column) =>
    percent(all[column], all.mutants),
  );
  return `${all.mutants} mutants: ${ours} (without scenarios ${alone}); four tiers ${tiers} (${tiersAlone}); ${references.falseAlarms} false alarms in ${references.checks} checks of references`;
}
