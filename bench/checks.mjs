/**
 * Full checks a second over one sampled program of each family, CPython beside Pyodide; and a full check of each
 * reference beside the paper's four tiers, in the same run.
 */
import { runPython } from './machine.mjs';
import { compareTwo, samplePrograms, speedHeadline, speedTable } from './pythons.mjs';
import { figure, ratio } from './table.mjs';

export async function run(say) {
  const programs = await samplePrograms();
  const families = await compareTwo({
    module: 'check_speed',
    figure: 'checksPerSecond',
    programs,
    seconds: 1,
    rounds: 2,
    say,
  });
  say('references beside the four tiers: takes some minutes');
  const references = JSON.parse(await runPython(['bench/check_beside.py']));
  return { ...families, references };
}

/** Figures of a game that have a median, see check_beside.py, and what their columns are called. */
const RATIOS = {
  ratio: 'full / four',
  bareRatio: 'bare / four',
  perStep: 'full / four, a step',
  overhead: 'full / bare, a step',
};

const ratios = (row) => Object.keys(RATIOS).map((name) => ratio(row[name]));

function besideTable({ games, median, bar, outOfReach }) {
  const rows = Object.entries(games).map(([name, one]) => [
    outOfReach.includes(name) ? `${name} *` : name,
    one.games,
    figure(one.full),
    figure(one.fourTiers),
    figure(one.bare),
    ...ratios(one),
  ]);
  rows.push(['median', '', '', '', '', ...ratios(median)]);
  const head = [
    'one check, CPU seconds',
    'playouts',
    'full check',
    'four tiers',
    'bare playouts',
    ...Object.values(RATIOS),
  ];
  const note = `* bare playouts alone take over ${bar} of the four tiers`;
  rows.push(head.map((_, column) => (column === 0 ? note : '')));
  return { head, rows };
}

export const tables = (figures) => [
  speedTable('full checks a second', figures),
  ...(figures.references ? [besideTable(figures.references)] : []),
];

export const about =
  'full checks a second, one program of each family: Pyodide in Chromium beside CPython; references beside the four tiers';

export function headline(figures) {
  const { median, bar, outOfReach } = figures.references;
  const beside = `${ratio(median.ratio)} times the four tiers' time (bar ${bar}, out of reach for ${outOfReach.length} games)`;
  return `${speedHeadline(figures)}; references: ${beside}, a step ${ratio(median.perStep)} times theirs and ${ratio(median.overhead)} times bare play`;
}
