/**
 * Full checks a second over one sampled program of each family, CPython beside Pyodide; and a full check of each
 * reference beside the paper's four tiers, in the same run.
 */
import { runPython } from './machine.mjs';
import { compareTwo, samplePrograms, speedHeadline, speedTable } from './pythons.mjs';
import { figure, median, ratio } from './table.mjs';

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

function besideTable(references) {
  const rows = Object.entries(references).map(([name, one]) => [
    name,
    one.games,
    figure(one.full),
    one.fourTiers === undefined ? '' : figure(one.fourTiers),
    one.ratio === undefined ? '' : ratio(one.ratio),
  ]);
  const ratios = Object.values(references).flatMap((one) => one.ratio ?? []);
  if (ratios.length > 0) rows.push(['median', '', '', '', ratio(median(ratios))]);
  return {
    head: ['one check, CPU seconds', 'playouts', 'full check', 'four tiers', 'ratio'],
    rows,
  };
}

export const tables = (figures) => [
  speedTable('full checks a second', figures),
  ...(figures.references ? [besideTable(figures.references)] : []),
];

export const about =
  'full checks a second, one program of each family: Pyodide in Chromium beside CPython; references beside the four tiers';

export const headline = speedHeadline;
