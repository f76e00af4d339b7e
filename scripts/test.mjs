// `npm test`: every check of the project, on a fresh machine. Stops at the first step that fails.
import { ensureChromium, ensureEmscripten, ensurePackages, ensureUv, run, say } from './tools.mjs';

const began = Date.now();
ensurePackages();
const uv = ensureUv();
const chromium = await ensureChromium();
say(`Tests use ${chromium}`);

const python = (...args) => run(uv, ['run', '--quiet', '--project', 'python', ...args]);
// OpenSpiel, which the games are compared with, has wheels for these.
process.env.UV_PYTHON ??= '>=3.11,<3.14';
const path = {
  ...process.env,
  PYTHONPATH: ['python', 'datasets', 'datasets/tests', 'train'].join(':'),
};

say('Python: lint and types');
python('ruff', 'check', 'python', 'datasets', 'train/distil', 'bench');
python('ruff', 'format', '--check', 'python');
python('pyright', '--project', 'python');
say('Python: tests of the checker, the search, the kit and the families');
const pytest = [
  'run',
  '--quiet',
  '--project',
  'python',
  'pytest',
  'python/tests',
  'datasets/tests',
];
// Two files at a time, in the order of their names: some that take long have few tests.
const parallel = ['-n', '2', '--dist', 'loadfile', '--no-loadscope-reorder'];
run(uv, [...pytest, ...parallel], { env: path });

say('Model libraries: lint, types and tests in a real browser');
ensureEmscripten();
const library = (...args) =>
  run(uv, ['run', '--quiet', '--project', 'models/library', ...args], {
    env: { ...process.env, CHROMIUM: chromium },
  });
library('ruff', 'check', 'models/library');
library('ruff', 'format', '--check', 'models/library');
library('pyright', '--project', 'models/library');
library('pytest', 'models/library/tests');

say('Python: tests of the trainer and its exports, with torch');
run(uv, ['run', '--quiet', '--project', 'train', 'pytest', 'train/tests'], {
  // trl has no wheels for later ones; the browser's tests ask the same project for transformers' logits.
  env: {
    ...process.env,
    UV_PYTHON: '>=3.11,<3.13',
    PYTHONPATH: ['train', 'python', 'datasets'].join(':'),
  },
});

say('TypeScript: types, lint, format');
run('npx', ['tsc', '-p', 'tsconfig.json', '--noEmit']);
run('npx', ['eslint', '.']);
run('npx', ['prettier', '--check', '--log-level', 'warn', '.']);
say('TypeScript: unit tests');
run('npx', ['vitest', 'run']);

say('The page: build');
run('npm', ['run', '--silent', 'build']);
say('The page: end to end in a real browser');
run('npx', ['playwright', 'test'], { env: { ...process.env, CHROMIUM: chromium } });

say(`All tests passed in ${Math.round((Date.now() - began) / 1000)} s`);
