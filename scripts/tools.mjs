// Finds the tools that the scripts need, and brings them where they are missing; each says what it does.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

export const say = (text) => console.log(`\n▸ ${text}`);

/** Whether a command answers. */
function answers(command, args = ['--version']) {
  const result = spawnSync(command, args, { stdio: 'ignore' });
  return !result.error && result.status === 0;
}

/** Runs a command in the project, its output shown; ends this process with its status when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) {
    console.error(`${command} could not be started: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs the packages of package-lock.json unless node_modules holds just these. */
export function ensurePackages() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed)) {
    const check = spawnSync('npm', ['ls', '--depth=0', '--silent'], {
      cwd: root,
      stdio: 'ignore',
      shell: process.platform === 'win32',
    });
    if (check.status === 0) return;
  }
  say('Installing packages (npm ci)');
  run('npm', ['ci', '--no-fund', '--no-audit'], { shell: process.platform === 'win32' });
}

/** The path of uv; where it is missing it is installed with pip into .cache/uv. */
export function ensureUv() {
  if (answers('uv')) return 'uv';
  const folder = join(root, '.cache', 'uv');
  const own = join(folder, 'bin', 'uv');
  if (existsSync(own)) return own;
  const python = ['python3', 'python'].find((name) => answers(name));
  if (!python) {
    console.error(
      'Neither uv nor Python was found. Install uv (docs.astral.sh/uv) or Python 3.10 or later, then run this again.',
    );
    process.exit(1);
  }
  say('Installing uv, which brings Python and its packages');
  const attempt = spawnSync(python, ['-m', 'venv', folder], { stdio: 'ignore' });
  if (attempt.status === 0) run(join(folder, 'bin', 'pip'), ['install', '--quiet', 'uv==0.9.11']);
  else run(python, ['-m', 'pip', 'install', '--quiet', '--target', folder, 'uv==0.9.11']);
  return own;
}

/** The path of a Chromium: CHROMIUM, the system's, Playwright's own, or the system's package manager. */
export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named && existsSync(named)) return named;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    if (!answers(name)) continue;
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  }
  const { chromium } = await import('@playwright/test');
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  say('No Chromium found: asking Playwright for its own');
  const own = spawnSync('npx', ['playwright', 'install', '--with-deps', 'chromium'], {
    cwd: root,
    stdio: 'inherit',
    timeout: 300_000,
  });
  if (own.status === 0 && existsSync(chromium.executablePath())) return chromium.executablePath();
  if (answers('apt-get')) {
    say('Installing Chromium with apt-get');
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    const [command, ...rest] = [...sudo, 'apt-get'];
    run(command, [...rest, 'update', '-q']);
    run(command, [...rest, 'install', '-y', '-q', 'chromium']);
    if (answers('chromium'))
      return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  }
  console.error(
    'No Chromium could be found or installed. Install one, or set CHROMIUM to its path.',
  );
  process.exit(1);
}

/** Brings emscripten, which compiles the libraries of `models/library`, unless it is there. */
export function ensureEmscripten() {
  if (answers('emcc')) return;
  if (answers('apt-get')) {
    say('Installing emscripten with apt-get');
    const [command, ...rest] = [...(process.getuid?.() === 0 ? [] : ['sudo']), 'apt-get'];
    run(command, [...rest, 'update', '-q']);
    run(command, [...rest, 'install', '-y', '-q', '--no-install-recommends', 'emscripten']);
    if (answers('emcc')) return;
  }
  console.error(
    'No emscripten could be found or installed. Install it, so that emcc is on the path.',
  );
  process.exit(1);
}
