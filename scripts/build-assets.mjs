/**
 * Builds what the sandbox needs into public/runtime: Pyodide's files with capped memory, the gamecwm package, the
 * bundled worker, the sandbox page, the memory snapshot and a manifest of them all. Skips when nothing has changed.
 *
 * Usage: node scripts/build-assets.mjs [--force]
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { packPackage } from './assets/package-archive.mjs';
import { sandboxPage } from './assets/sandbox-page.mjs';
import { readSettings } from './assets/settings.mjs';
import { capMemory } from './assets/wasm-memory.mjs';

const SCRIPTS = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.dirname(SCRIPTS);
const PYODIDE = path.join(ROOT, 'node_modules', 'pyodide');
const MEMORY_BYTES = 512 * 1024 * 1024;
const SNAPSHOT_MILLISECONDS = 180_000;
/** Format of the output; raise it when this script writes something else from the same inputs. */
const FORMAT = 1;

const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/**
 * @typedef {object} Options
 * @property {string} [packageDir] folder of the Python package
 * @property {string} [outDir]
 * @property {boolean} [friction] false leaves Python the whole of `js`, to test that the policy alone holds
 * @property {boolean} [snapshot] false makes none
 * @property {boolean} [compress] writes .br and .gz beside the large files
 * @property {boolean} [force]
 * @property {(line: string) => void} [log]
 */

/** @param {Options} options @returns {Promise<object>} the manifest */
export async function buildAssets(options = {}) {
  const {
    packageDir = path.join(ROOT, 'python', 'gamecwm'),
    outDir = path.join(ROOT, 'public', 'runtime'),
    friction = true,
    snapshot = true,
    compress = true,
    force = false,
    log = console.log,
  } = options;
  const archive = JSON.stringify(await packPackage(packageDir));
  const version = await inputsHash({ archive, friction, snapshot, compress });
  const previous = await readManifest(outDir);
  if (!force && previous?.version === version && (await isComplete(outDir, previous))) {
    log('runtime assets: up to date');
    return previous;
  }
  const started = performance.now();
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const files = {
    wasm: capMemory(await readFile(path.join(PYODIDE, 'pyodide.asm.wasm')), MEMORY_BYTES),
    stdlib: await readFile(path.join(PYODIDE, 'python_stdlib.zip')),
    archive: Buffer.from(archive),
    worker: Buffer.from(await bundleWorker(friction)),
  };
  const image = snapshot ? await makeSnapshot(archive, outDir, log) : null;
  if (image) files.snapshot = image;
  const manifest = { version, memoryBytes: MEMORY_BYTES, files: {} };
  for (const [name, data] of Object.entries(files)) {
    manifest.files[name] = await writeAsset(outDir, name, data, compress && name !== 'stdlib');
  }
  await writeFile(path.join(outDir, 'sandbox.html'), sandboxPage(await bundleFrame()));
  // Last of all: a build cut short has no manifest and is made again.
  await writeFile(path.join(outDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  log(`runtime assets: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return manifest;
}

const SUFFIX = { wasm: 'wasm', stdlib: 'zip', archive: 'json', worker: 'js', snapshot: 'bin' };

/** Writes `name.HASH.suffix`, so that an old file is never taken for a new one. */
async function writeAsset(outDir, name, data, compress) {
  const hash = sha256(data);
  const file = `${name}.${hash.slice(0, 12)}.${SUFFIX[name]}`;
  await writeFile(path.join(outDir, file), data);
  if (compress) {
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 };
    const packed = await promisify(brotliCompress)(data, { params: quality });
    await writeFile(path.join(outDir, `${file}.br`), packed);
    await writeFile(path.join(outDir, `${file}.gz`), await promisify(gzip)(data));
  }
  return { path: file, bytes: data.length, sha256: hash };
}

/** The snapshot, or null with a warning: the page then starts Python from the beginning, which is only slower. */
async function makeSnapshot(archive, outDir, log) {
  const archiveFile = path.join(outDir, 'snapshot-input.json');
  const output = path.join(outDir, 'snapshot-output.bin');
  try {
    await writeFile(archiveFile, archive);
    const script = path.join(SCRIPTS, 'assets', 'make-snapshot.mjs');
    await promisify(execFile)(process.execPath, [script, archiveFile, output, PYODIDE], {
      timeout: SNAPSHOT_MILLISECONDS,
      killSignal: 'SIGKILL',
    });
    return await readFile(output);
  } catch (error) {
    const detail = String(error?.stderr || error?.message || error).trim();
    log(`runtime assets: no snapshot, Python will start slowly. ${detail.slice(-1500)}`);
    return null;
  } finally {
    await rm(archiveFile, { force: true });
    await rm(output, { force: true });
  }
}

const bundleOptions = {
  bundle: true,
  format: 'iife',
  target: 'es2022',
  minify: true,
  write: false,
  legalComments: 'none',
  logLevel: 'error',
};

async function bundleWorker(friction) {
  const result = await build({
    ...bundleOptions,
    entryPoints: [path.join(ROOT, 'workers', 'python.worker.ts')],
    // Only Node reaches these imports.
    external: ['node:*', 'ws'],
    define: {
      PYODIDE_SETTINGS: JSON.stringify(await readSettings(PYODIDE)),
      FRICTION: String(friction),
      'import.meta.url': '"https://pyodide.invalid/pyodide.asm.mjs"',
    },
  });
  return result.outputFiles[0].text;
}

async function bundleFrame() {
  const result = await build({
    ...bundleOptions,
    entryPoints: [path.join(ROOT, 'workers', 'sandbox.frame.ts')],
  });
  return result.outputFiles[0].text;
}

async function inputsHash(settings) {
  const hash = createHash('sha256').update(JSON.stringify([FORMAT, settings]));
  const sources = [
    path.join(PYODIDE, 'package.json'),
    path.join(ROOT, 'node_modules', 'esbuild', 'package.json'),
    path.join(SCRIPTS, 'build-assets.mjs'),
    ...(await filesOf(path.join(SCRIPTS, 'assets'))),
    ...(await filesOf(path.join(ROOT, 'workers'))),
  ];
  for (const source of sources) hash.update(path.basename(source)).update(await readFile(source));
  return hash.digest('hex');
}

async function filesOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return files.sort().map((name) => path.join(folder, name));
}

async function readManifest(outDir) {
  try {
    return JSON.parse(await readFile(path.join(outDir, 'manifest.json'), 'utf8'));
  } catch {
    return null;
  }
}

async function isComplete(outDir, manifest) {
  try {
    const names = new Set(await readdir(outDir));
    const wanted = Object.values(manifest.files).map((file) => file.path);
    return names.has('sandbox.html') && wanted.every((name) => names.has(name));
  } catch {
    return false;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildAssets({ force: process.argv.includes('--force') });
}
