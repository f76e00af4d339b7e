/** Builds the benches' own page and serves it beside the runtime's files and the starter's weights. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { buildAssets } from '../scripts/build-assets.mjs';
import { startServer } from '../scripts/serve.mjs';
import { ROOT } from './machine.mjs';

/**
 * @template T
 * @param {(address: string) => Promise<T>} use is given the page's address; `window.bench` is there once it is loaded
 * @returns {Promise<T>}
 */
export async function withSite(use) {
  await buildAssets({ log: () => undefined });
  const folder = await mkdtemp(path.join(tmpdir(), 'rulewright-bench-'));
  await build({
    root: path.join(ROOT, 'bench', 'page'),
    base: './',
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 10_000 },
  });
  await mkdir(path.join(folder, 'models'));
  await symlink(path.join(ROOT, 'models', 'starter'), path.join(folder, 'models', 'starter'));
  const libraries = path.join(ROOT, 'models', 'library', 'built');
  await symlink(libraries, path.join(folder, 'models', 'library'));
  await symlink(path.join(ROOT, 'public', 'runtime'), path.join(folder, 'runtime'));
  const { server, address } = await startServer({ root: folder, port: 0 });
  try {
    return await use(address);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
}

/** Opens the benches' page. @param {import('@playwright/test').BrowserContext} context */
export async function openBench(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => 'bench' in globalThis);
  return page;
}

/** The folder of the built page. @throws when nothing is built */
export function builtPage() {
  const folder = path.join(ROOT, 'dist');
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  throw new Error('The page is not built: run "npm run build" first.');
}
