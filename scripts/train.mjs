// `npm run train -- data|sft|export|evaluate|card`: brings uv and the Python project where missing, then runs the
// script; `npm run train -- test` runs the tests that need torch.
import { spawnSync } from 'node:child_process';
import { ensureUv } from './tools.mjs';

const root = new URL('..', import.meta.url).pathname;
const uv = ensureUv();
const [command, ...rest] = process.argv.slice(2);
const script = command === 'test' ? ['pytest', 'train/tests'] : ['distil', command, ...rest];
const result = spawnSync(
  uv,
  ['run', '--project', 'train', 'python', '-m', ...script.filter((part) => part !== undefined)],
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
