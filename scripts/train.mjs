// `npm run train -- data|sft|export|evaluate`: brings uv and the Python project where missing, then runs the script.
import { spawnSync } from 'node:child_process';
import { ensureUv } from './tools.mjs';

const root = new URL('..', import.meta.url).pathname;
const uv = ensureUv();
const result = spawnSync(
  uv,
  ['run', '--project', 'train', 'python', '-m', 'distil', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PYTHONPATH: ['train', 'python', 'datasets'].join(process.platform === 'win32' ? ';' : ':'),
    },
  },
);
process.exit(result.status ?? 1);
