/** llama.cpp in a real browser: a tiny model that writes nonsense, for all that happens around the writing. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Model, WllamaModel } from '../../src/engines/index';
import { failure, generate, load, makeEngine, openEngine, states, value } from './drive';
import { servePage, type PageServer } from './serve-page';

const REPOSITORY = join(import.meta.dirname, '../..');
const FOLDER = mkdtempSync(join(tmpdir(), 'tiny-gguf-'));
const CONTEXT = 2048;
const LONG = 'A line of rules that says how the pieces move. '.repeat(20);

const TINY: WllamaModel = {
  engine: 'wllama',
  id: 'tiny',
  title: 'Tiny',
  description: '',
  group: 'tiny',
  writes: 'any',
  licence: { name: 'none', address: '/', note: null },
  contextTokens: CONTEXT,
  answerTokens: 64,
  prompt: { template: '{rules}' },
  stop: ['<|im_end|>'],
  totalBytes: null,
  source: { kind: 'manifest', address: 'tiny/manifest.json' },
};

let server: PageServer;
let manifest: { files: { name: string; bytes: number }[] };

test.beforeAll(async () => {
  const script = join(import.meta.dirname, 'make_tiny_gguf.py');
  const packages = ['--with', 'gguf==0.19.0', '--with', 'numpy'];
  execFileSync('uv', ['run', '--quiet', '--no-project', ...packages, 'python', script, FOLDER]);
  manifest = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as typeof manifest;
  server = await servePage(
    { '/tiny/': FOLDER, '/models/starter/': join(REPOSITORY, 'models/starter') },
    true,
  );
});

test.afterAll(async () => {
  await server.close();
  rmSync(FOLDER, { recursive: true });
});

test.beforeEach(() => {
  server.faults.clear();
  server.requests.length = 0;
});

function part(index: number): string {
  const file = manifest.files[index];
  if (file === undefined) throw new Error(`no part ${index}`);
  return file.name;
}

test('loads a split model with progress and writes the same for the same seed', async ({
  page,
}) => {
  await openEngine(page, server.origin, TINY);
  expect(value(await load(page)).kind).toBe('ready');
  const seen = await states(page);
  const program = statSync(join(REPOSITORY, 'node_modules/@wllama/wllama/esm/wasm/wllama.wasm'));
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, program.size);
  const last = seen.findLast((state) => state.kind === 'fetching');
  expect(last).toEqual({
    kind: 'fetching',
    progress: { loadedBytes: total, totalBytes: total, secondsLeft: 0 },
  });
  expect(seen.at(-2)?.kind).toBe('compiling');

  const greedy = value(await generate(page, { prompt: LONG, maxTokens: 40 }));
  expect(greedy.tokens).toBe(40);
  expect(greedy.finish).toBe('length');
  expect(greedy.streamed).toBe(greedy.text);
  expect(greedy.text.length).toBeGreaterThan(20);
  expect(value(await generate(page, { prompt: LONG, maxTokens: 40 })).text).toBe(greedy.text);

  const drawn = { prompt: LONG, maxTokens: 40, temperature: 1.2 };
  const first = value(await generate(page, { ...drawn, seed: 5 }));
  expect(value(await generate(page, { ...drawn, seed: 5 })).text).toBe(first.text);
  expect(value(await generate(page, { ...drawn, seed: 6 })).text).not.toBe(first.text);
});

test('uses what it has read of the same prompt before', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  const request = { prompt: `${LONG}${LONG}`.slice(0, 1500), maxTokens: 4 };
  const fresh = value(await generate(page, request));
  const again = value(await generate(page, request));
  expect(again.promptTokens).toBe(fresh.promptTokens);
  expect(again.firstPiece).toBeLessThan(fresh.firstPiece / 3);
});

test('stops at a stop string and leaves it out', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  const whole = value(await generate(page, { prompt: LONG, maxTokens: 30 }));
  const stop = whole.text.slice(10, 14);
  const cut = value(await generate(page, { prompt: LONG, maxTokens: 30, stop: [stop] }));
  expect(cut.finish).toBe('stop');
  expect(cut.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
});

test('reports a file cut short by name, then fetches that file alone', async ({ page }) => {
  server.faults.set(part(1), { kind: 'cut', bytes: 100_000 });
  await openEngine(page, server.origin, TINY);
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toContain(part(1));
  expect(failed.message).toContain('cut short: 100000 bytes');
  expect(failed.nextStep).toContain('fetched anew');
  expect((await states(page)).at(-1)?.kind).toBe('failed');

  // The first load stops the other files; a second may finish them before it meets the cut one again.
  server.faults.set(part(1), { kind: 'cut', bytes: 3_000_000 });
  failure(await load(page));
  server.faults.clear();
  server.requests.length = 0;
  expect(value(await load(page)).kind).toBe('ready');
  expect(server.requests).toContain(part(1));

  server.requests.length = 0;
  await makeEngine(page, TINY);
  expect(value(await load(page)).kind).toBe('ready');
  expect(server.requests.filter((name) => name.endsWith('.gguf'))).toEqual([]);
});

test('reports a damaged file by name and keeps the others', async ({ page }) => {
  server.faults.set(part(2), { kind: 'flip', at: 1_000_000 });
  await openEngine(page, server.origin, TINY);
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toContain(`${part(2)} of the model is damaged`);
});

test('finds damage in a file that was kept, and fetches it anew', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  await page.evaluate(async (name) => {
    const cache = await caches.open('rulewright-model-tiny');
    const key = (await cache.keys()).find(({ url }) => url.endsWith(name));
    if (key === undefined) throw new Error('not kept');
    await cache.put(key, new Response('GGUF and little more'));
  }, part(0));
  server.requests.length = 0;
  await makeEngine(page, TINY);
  expect(value(await load(page)).kind).toBe('ready');
  expect(server.requests.filter((name) => name.endsWith('.gguf'))).toEqual([part(0)]);
});

test('says which file the server does not have', async ({ page }) => {
  server.faults.set(part(0), { kind: 'missing' });
  await openEngine(page, server.origin, TINY);
  const failed = failure(await load(page));
  expect(failed.code).toBe('network');
  expect(failed.message).toContain(part(0));
  expect(failed.message).toContain('404');
});

test('says when there is no list of files', async ({ page }) => {
  server.faults.set('manifest.json', { kind: 'missing' });
  await openEngine(page, server.origin, TINY);
  expect(failure(await load(page)).code).toBe('network');
});

test('a web page in place of the model is not loaded', async ({ page }) => {
  await page.goto(server.origin);
  await page.waitForFunction(() => 'engines' in window);
  const model: Model = {
    ...TINY,
    id: 'page',
    source: { kind: 'files', files: [{ address: 'index.html', bytes: null, sha256: null }] },
  };
  await makeEngine(page, model);
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toContain('not a model file');
});

test('a damaged model without hashes ends in words, and a good one loads after', async ({
  page,
}) => {
  server.faults.set(part(0), { kind: 'flip', at: 9 });
  await openEngine(page, server.origin, TINY);
  const model = await page.evaluate(
    (name) => window.engines.modelAt({ engine: 'wllama', address: `tiny/${name}` }),
    part(0),
  );
  await makeEngine(page, model);
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toContain('llama.cpp cannot read this model');
  server.faults.clear();
  await page.evaluate((entry) => window.engines.deleteCached(entry), model);
  expect(value(await load(page)).kind).toBe('ready');
});

test('cancels a fetch at once and starts again from what is kept', async ({ page }) => {
  server.faults.set(part(1), { kind: 'slow', bytesPerSecond: 500_000 });
  await openEngine(page, server.origin, TINY);
  const outcome = await load(page, 1500);
  expect(failure(outcome).name).toBe('AbortError');
  expect(outcome.milliseconds).toBeLessThan(500);
  const seen = await states(page);
  expect(seen.at(-1)).toEqual({ kind: 'idle' });
  const timed = seen.filter(
    (state) => state.kind === 'fetching' && (state.progress.secondsLeft ?? 0) > 0,
  );
  expect(timed.length).toBeGreaterThan(0);

  server.faults.clear();
  server.requests.length = 0;
  expect(value(await load(page)).kind).toBe('ready');
  expect(server.requests).not.toContain(part(0));
});

test('cancels while the model starts', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  const failed = await page.evaluate(async () => {
    const { engine } = window.kept;
    const abort = new AbortController();
    return await window.settle(
      async () =>
        await engine?.load((state) => {
          if (state.kind === 'compiling') setTimeout(() => abort.abort(), 20);
        }, abort.signal),
      () => performance.now(),
    );
  });
  expect(failure(failed).name).toBe('AbortError');
  expect(value(await load(page)).kind).toBe('ready');
  expect(value(await generate(page, {})).tokens).toBeGreaterThan(0);
});

test('cancels writing at once and writes the next answer', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  const reference = value(await generate(page, { prompt: LONG, maxTokens: 20 }));
  const cancelled = await generate(page, { prompt: 'other', maxTokens: 1500 }, 5);
  expect(failure(cancelled).name).toBe('AbortError');
  expect(cancelled.milliseconds).toBeLessThan(500);
  expect(await page.evaluate(() => window.kept.engine?.getState().kind)).toBe('ready');
  const next = value(await generate(page, { prompt: LONG, maxTokens: 20 }));
  expect(next.text).toBe(reference.text);
});

test('refuses a prompt that does not fit, before writing, and goes on', async ({ page }) => {
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  for (const prompt of ['x y '.repeat(CONTEXT), 'x y '.repeat(CONTEXT / 4 - 5)]) {
    const failed = failure(await generate(page, { prompt, maxTokens: 500 }));
    expect(failed.code).toBe('context-overflow');
    expect(failed.nextStep).toContain('Shorten');
  }
  expect(value(await generate(page, { prompt: LONG, maxTokens: 5 })).tokens).toBe(5);
});

test('works with the network cut once it has been used', async ({ page, context }) => {
  await openEngine(page, server.origin, TINY);
  expect(await page.evaluate((entry) => window.engines.isCached(entry), TINY as Model)).toBe(false);
  value(await load(page));
  expect(await page.evaluate((entry) => window.engines.isCached(entry), TINY as Model)).toBe(true);
  await page.evaluate(() => window.kept.engine?.unload());
  await context.setOffline(true);
  expect(value(await load(page)).kind).toBe('ready');
  expect(value(await generate(page, {})).tokens).toBeGreaterThan(0);
  await page.evaluate((entry) => window.engines.deleteCached(entry), TINY as Model);
  expect(await page.evaluate((entry) => window.engines.isCached(entry), TINY as Model)).toBe(false);
  await page.evaluate(() => window.kept.engine?.unload());
  expect(failure(await load(page)).code).toBe('network');
});

test('works from memory when the disk is full', async ({ page }) => {
  await page.goto(server.origin);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', {
    origin: server.origin,
    quotaSize: 1_000_000,
  });
  await openEngine(page, server.origin, TINY);
  expect(value(await load(page)).kind).toBe('ready');
  expect(value(await generate(page, {})).tokens).toBeGreaterThan(0);
  expect(await page.evaluate((entry) => window.engines.isCached(entry), TINY as Model)).toBe(false);
});

test('leaves one core free and uses the others when isolated', async ({ page }) => {
  await page.goto(server.origin);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setHardwareConcurrencyOverride', { hardwareConcurrency: 3 });
  await openEngine(page, server.origin, TINY);
  value(await load(page));
  expect(await page.evaluate(() => window.kept.engine?.getInfo().backend)).toBe(
    'WebAssembly, 2 threads',
  );
  expect(value(await generate(page, {})).tokens).toBeGreaterThan(0);
});

test('a browser without SIMD gets a plain sentence', async ({ page }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await openEngine(page, server.origin, TINY);
  const failed = failure(await load(page));
  expect(failed.code).toBe('unsupported');
  expect(failed.message).toContain('WebAssembly');
  expect(server.requests).not.toContain('manifest.json');
  const verdict = await page.evaluate(async (entry) => {
    const facts = await window.engines.readBrowserFacts();
    return window.engines.judge(entry, facts);
  }, TINY as Model);
  expect(verdict.kind).toBe('cannot');
  expect(JSON.stringify(verdict)).toContain('WebAssembly SIMD');
});

if (existsSync(join(REPOSITORY, 'models/starter/manifest.json'))) {
  test('the starter loads and writes a program', async ({ page }) => {
    await page.goto(server.origin);
    await page.waitForFunction(() => 'engines' in window);
    const starter = await page.evaluate(() => window.engines.findModel('starter'));
    if (starter === undefined) throw new Error('no starter in the catalogue');
    expect(starter.totalBytes).toBeGreaterThan(50_000_000);
    await makeEngine(page, starter);
    expect(value(await load(page)).kind).toBe('ready');
    const rules = 'There are 11 stones. Take one or two in turn. Who takes the last one wins.';
    const prompt = await page.evaluate(([entry, text]) => window.engines.promptFor(entry, text), [
      starter,
      rules,
    ] as const);
    const answer = value(await generate(page, { prompt, maxTokens: 48, stop: starter.stop }));
    expect(answer.text).toMatch(/^[A-Z][A-Z_, ]* = /m);
  });
}
