// `npm run data -- check|stats|export`: brings uv and the Python project where missing, then runs datasets/tools.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureUv } from './tools.mjs';

const root = new URL('..', import.meta.url).pathname;
const result = spawnSync(
  ensureUv(),
  ['run', '--quiet', '--project', 'python', 'python', '-m', 'tools', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    // The scenarios are run by the very function that the tests use.
    env: {
      ...process.env,
      PYTHONPATH: ['python', 'datasets', 'datasets/tests'].join(path.delimiter),
    },
  },
);
process.exit(result.status ?? 1);
