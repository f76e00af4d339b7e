/** Full checks a second over one sampled program of each family, CPython beside Pyodide. */
import { compareTwo, samplePrograms, speedHeadline, speedTable } from './pythons.mjs';

export async function run(say) {
  const programs = await samplePrograms();
  return compareTwo({
    module: 'check_speed',
    figure: 'checksPerSecond',
    programs,
    seconds: 1,
    rounds: 2,
    say,
  });
}

export const tables = (figures) => [speedTable('full checks a second', figures)];

export const about =
  'full checks a second, one program of each family: Pyodide in Chromium beside CPython';

export const headline = speedHeadline;
