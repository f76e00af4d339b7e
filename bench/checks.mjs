/** Full checks a second over one sampled program of each family, CPython beside Pyodide. */
import { compareTwo, samplePrograms, speedTable } from './pythons.mjs';

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
