#!/usr/bin/env node
/** Brings the sandbox's files up to date, bundles the command line, and runs it. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildAssets } from '../scripts/build-assets.mjs';

const ROOT = path.dirname(import.meta.dirname);
const RUNTIME = path.join(ROOT, 'public', 'runtime');
const bundled = await build({
  entryPoints: [path.join(ROOT, 'cli', 'main.ts')],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  write: false,
  logLevel: 'error',
});
const [{ contents, hash }] = bundled.outputFiles;
// Named by what is in it, so that two of them at a time do not meet.
const file = path.join(ROOT, '.cache', 'cli', `${hash.replace(/\W/g, '_')}.mjs`);
await mkdir(path.dirname(file), { recursive: true });
await writeFile(`${file}.${process.pid}`, contents);
await rename(`${file}.${process.pid}`, file);
const { main } = await import(pathToFileURL(file).href);

const stopped = new AbortController();
process.on('SIGINT', () => {
  // Whoever presses it twice means it.
  if (stopped.signal.aborted) process.exit(130);
  stopped.abort();
});
/** @type {AsyncIterator<string> | undefined} begun with the first question: other commands leave the input alone */
let lines;
const ask = async (prompt) => {
  process.stdout.write(prompt);
  lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const stop = new Promise((_, reject) => {
    stopped.signal.addEventListener('abort', () => reject(stopped.signal.reason), { once: true });
  });
  const { done, value } = await Promise.race([lines.next(), stop]);
  return done ? null : value;
};
const { version } = await buildAssets({
  log: (line) => line.includes('up to date') || process.stderr.write(`${line}\n`),
});
const status = await main(process.argv.slice(2), {
  root: ROOT,
  runtime: RUNTIME,
  version,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ask,
  isTerminal: Boolean(process.stderr.isTTY),
  signal: stopped.signal,
});
// A worker that was still starting would keep the process for as long as its start may take.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(status);
