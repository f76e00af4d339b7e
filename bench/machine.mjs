/** Where and when something was measured, and the tools to measure with. */
import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { ensureChromium, ensureUv } from '../scripts/tools.mjs';

export const ROOT = path.resolve(import.meta.dirname, '..');

/** Date, machine and versions. A load near or above the number of cores says that others kept the machine busy. */
export async function circumstances() {
  const versions = {};
  for (const name of ['pyodide', '@mlc-ai/web-llm', '@wllama/wllama', 'vite']) {
    const file = path.join(ROOT, 'node_modules', name, 'package.json');
    versions[name] = JSON.parse(await readFile(file, 'utf8')).version;
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: await commit(),
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
    versions: { node: process.versions.node, chromium: await chromiumVersion(), ...versions },
  };
}

async function commit() {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
    });
    return stdout.trim();
  } catch {
    return null;
  }
}

async function chromiumVersion() {
  const browser = await ensureChromium();
  const said = execFileSync(browser, ['--version', '--no-sandbox'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /[\d.]{5,}/.exec(said)?.[0] ?? said.trim();
}

/** WebGPU by the processor, where no graphics processor is. */
export const SOFTWARE_WEBGPU = [
  '--headless=new',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/**
 * A browser with a fresh profile, handed to `use` and closed after it.
 * @template T
 * @param {(browser: import('@playwright/test').Browser) => Promise<T>} use
 * @param {string[]} flags more of Chromium's
 * @returns {Promise<T>}
 */
export async function withBrowser(use, flags = []) {
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', ...flags],
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/**
 * Runs a Python file in the project's CPython and gives what it prints.
 * @param {string[]} args @param {string} input what it reads
 * @param {(line: string) => void} [say] told each line of its error stream
 * @returns {Promise<string>}
 */
export function runPython(args, input = '', say) {
  const env = { ...process.env, PYTHONPATH: ['python', 'datasets'].join(path.delimiter) };
  const command = ['run', '--quiet', '--project', 'python', 'python', ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(
      ensureUv(),
      command,
      { cwd: ROOT, env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) =>
        error ? reject(new Error(stderr || error.message)) : resolve(stdout),
    );
    child.stdin?.end(input);
    if (say && child.stderr) createInterface({ input: child.stderr }).on('line', say);
  });
}
