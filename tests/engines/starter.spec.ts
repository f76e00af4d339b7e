/**
 * The starter through WebLLM, from the GGUF files that ship: tokens and logits against transformers, then all that
 * happens around writing. One load takes some ten seconds here, so steps share it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Page, Worker } from '@playwright/test';
import type { Model } from '../../src/engines/index';
import { failure, generate, load, makeEngine, openEngine, states, value } from './drive';
import { expect, test } from './gpu';
import { servePage, type PageServer } from './serve-page';

const REPOSITORY = join(import.meta.dirname, '../..');
const OUT = mkdtempSync(join(tmpdir(), 'reference-'));
/** The library takes 128 tokens of a prompt at a time: the last two pass that. */
const LENGTHS = [[8, 150], [900]];
/** SwiftShader reads about ten tokens a second on two idle cores. */
const MOST_MILLISECONDS = 1_800_000;
const NEW_TOKENS = 4;
const TOLERANCE = 5e-3;

interface Answer {
  readonly length: number;
  readonly prompt: string;
  readonly tokens: readonly number[];
}

let server: PageServer;

function askTransformers(lengths: readonly number[]): Answer[] {
  const script = join(import.meta.dirname, 'reference.py');
  const asked = [OUT, ...lengths.map(String), '--tokens', String(NEW_TOKENS)];
  execFileSync('uv', ['run', '--quiet', '--project', 'train', 'python', script, ...asked], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      UV_PYTHON: '>=3.11,<3.13',
      PYTHONPATH: ['train', 'python', 'datasets'].join(delimiter),
    },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  return JSON.parse(readFileSync(join(OUT, 'answers.json'), 'utf8')) as Answer[];
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function openPage(page: Page): Promise<void> {
  await page.goto(server.origin);
  await page.waitForFunction(() => 'engines' in window);
}

test.beforeAll(async () => {
  server = await servePage(
    {
      '/models/starter/': join(REPOSITORY, 'models/starter'),
      '/models/library/': join(REPOSITORY, 'models/library/built'),
    },
    true,
  );
});

test.afterAll(async () => {
  await server.close();
  rmSync(OUT, { recursive: true });
});

for (const lengths of LENGTHS) {
  test(`tokens and logits are those of transformers: prompts of ${lengths.join(', ')} tokens`, async ({
    page,
  }) => {
    test.setTimeout(MOST_MILLISECONDS);
    await openPage(page);
    const answers = askTransformers(lengths);
    const seen = await page.evaluate(
      async ([prompts, tokens]) => {
        const model = window.engines.findModel('starter-webgpu');
        if (model?.engine !== 'webllm') throw new Error('no starter for WebLLM');
        return await window.watch(model, prompts, tokens);
      },
      [answers.map(({ prompt }) => prompt), NEW_TOKENS] as const,
    );
    expect(seen).toHaveLength(lengths.length);
    for (const [index, { length, tokens }] of answers.entries()) {
      const run = seen[index];
      expect(run?.promptTokens).toBe(length);
      expect(run?.tokens).toEqual(tokens);
      const found = (run?.logits ?? []).map((row) => floats(Buffer.from(row, 'base64')));
      const expected = floats(readFileSync(join(OUT, `logits-${length}.f32`)));
      expect(furthest(found, expected)).toBeLessThan(TOLERANCE);
    }
  });
}

/** The largest difference between the logits of each step and all of them in one row. */
function furthest(steps: readonly Float32Array[], expected: Float32Array): number {
  const vocabulary = expected.length / NEW_TOKENS;
  if (steps.length !== NEW_TOKENS || steps.some(({ length }) => length !== vocabulary)) {
    return Infinity;
  }
  return steps.reduce(
    (most, row, step) =>
      row.reduce((far, value, id) => {
        const distance = Math.abs(value - (expected[step * vocabulary + id] ?? NaN));
        return Number.isNaN(distance) ? Infinity : Math.max(far, distance);
      }, most),
    0,
  );
}

const SHORT = { prompt: '<|im_start|>user\nTwo players', maxTokens: 4 } as const;
/** A part in the middle: neither the header nor the last. */
const PART = 'starter-00003-of-00004.gguf';

async function starter(page: Page): Promise<Model> {
  await openPage(page);
  return await page.evaluate(() => {
    const model = window.engines.findModel('starter-webgpu');
    if (model === undefined) throw new Error('no starter for WebLLM');
    return model;
  });
}

/** Files of the model that were fetched; the manifest is asked for at every visit. */
function fetched(): string[] {
  return server.requests.filter((name) => /\.(gguf|wasm)$/.test(name));
}

/** Damages a kept file of the starter in place. */
async function damage(page: Page, name: string): Promise<void> {
  await page.evaluate(async (file) => {
    const cache = await caches.open('rulewright-model-starter');
    const key = (await cache.keys()).find(({ url }) => url.endsWith(file));
    const kept = key === undefined ? undefined : await cache.match(key);
    if (key === undefined || kept === undefined) throw new Error(`${file} is not kept`);
    const bytes = new Uint8Array(await kept.arrayBuffer());
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await cache.put(key, new Response(bytes));
  }, name);
}

/** Counts what the next worker compiles, and what was uploaded before it began. */
function watchCompiling(page: Page): () => Promise<object> {
  const started = page.waitForEvent('worker').then(async (worker) => {
    await worker.evaluate(() => {
      const seen = { compiled: 0, uploadedBefore: -1, uploaded: 0 };
      Object.assign(globalThis, { seen });
      const compile = Reflect.get(GPUDevice.prototype, 'createComputePipelineAsync');
      GPUDevice.prototype.createComputePipelineAsync = function (...given) {
        seen.compiled += 1;
        if (seen.compiled === 1) seen.uploadedBefore = seen.uploaded;
        return compile.apply(this, given);
      };
      const write = Reflect.get(GPUQueue.prototype, 'writeBuffer');
      GPUQueue.prototype.writeBuffer = function (...given: Parameters<typeof write>) {
        seen.uploaded += 1;
        return write.apply(this, given);
      };
    });
    return worker;
  });
  return async () => (await started).evaluate(() => Reflect.get(globalThis, 'seen') as object);
}

/** How many pipelines are written down of the starter's library; `replace` puts something else in their place. */
async function listed(page: Page, replace?: string): Promise<number> {
  return await page.evaluate(async (text) => {
    const cache = await caches.open('rulewright-pipelines');
    const [key] = await cache.keys();
    const kept = key === undefined ? undefined : await cache.match(key);
    if (key === undefined || kept === undefined) throw new Error('nothing is written down');
    if (text !== undefined) await cache.put(key, new Response(text));
    return ((await kept.json()) as { recipes: object[] }).recipes.length;
  }, replace);
}

test('cancels, overflows and writes again; keeps its files, and mends a damaged one alone', async ({
  page,
}) => {
  test.setTimeout(MOST_MILLISECONDS);
  const model = await starter(page);
  server.requests.length = 0;
  await openEngine(page, server.origin, model);
  expect(value(await load(page)).kind).toBe('ready');
  expect(fetched()).toHaveLength(5);
  const progress = (await states(page)).findLast((state) => state.kind === 'fetching');
  expect(progress).toMatchObject({ progress: { loadedBytes: model.totalBytes, secondsLeft: 0 } });
  const info = await page.evaluate(() => window.kept.engine?.getInfo());
  expect(info).toMatchObject({ engine: 'webllm', contextTokens: model.contextTokens });
  const first = value(await generate(page, SHORT));
  expect(first.tokens).toBe(4);
  expect(first.streamed).toBe(first.text);

  const cancelled = await generate(page, { ...SHORT, maxTokens: 200 }, 2);
  expect(failure(cancelled).name).toBe('AbortError');
  expect(cancelled.milliseconds).toBeLessThan(1000);
  expect(value(await generate(page, SHORT)).text).toBe(first.text);

  const long = { prompt: 'a stone '.repeat(2000), maxTokens: 8 };
  expect(failure(await generate(page, long)).code).toBe('context-overflow');
  expect(value(await generate(page, SHORT)).text).toBe(first.text);

  await page.reload();
  server.requests.length = 0;
  await openEngine(page, server.origin, model);
  expect(await page.evaluate((entry) => window.engines.isCached(entry), model)).toBe(true);
  await damage(page, PART);
  const compiled = watchCompiling(page);
  value(await load(page));
  expect(fetched()).toEqual([PART]);
  // What the first load compiled at its end was compiled from the start, once each.
  const pipelines = await listed(page, 'no list');
  expect(pipelines).toBeGreaterThan(10);
  expect(await compiled()).toMatchObject({ compiled: pipelines, uploadedBefore: 0 });
  expect(value(await generate(page, SHORT)).text).toBe(first.text);

  server.requests.length = 0;
  // A list of files that was damaged is fetched again.
  await page.evaluate(async () => {
    const cache = await caches.open('rulewright-model-starter');
    const key = (await cache.keys()).find(({ url }) => url.endsWith('manifest.json'));
    if (key === undefined) throw new Error('the list of files is not kept');
    await cache.put(key, new Response('no list'));
  });
  // The prompt takes 21 of these, and no end comes within three tokens.
  await makeEngine(page, { ...model, contextTokens: 24 });
  value(await load(page));
  expect(fetched()).toEqual([]);
  expect(await listed(page)).toBe(pipelines);
  const tight = {
    prompt: 'one two three four five six seven eight nine ten '.repeat(2),
    maxTokens: 64,
  };
  const full = failure(await generate(page, tight));
  expect(full.code).toBe('context-overflow');
  expect(full.message).toContain('this model holds 24');
});

/** Destroys the worker's graphics device at its next command. */
async function loseDevice(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const { prototype } = GPUDevice;
    const create = Reflect.get(prototype, 'createCommandEncoder');
    prototype.createCommandEncoder = function (...given) {
      this.destroy();
      return create.apply(this, given);
    };
  });
}

test('a lost device is met by one load more, a second loss by words', async ({ page }) => {
  test.setTimeout(MOST_MILLISECONDS);
  await openEngine(page, server.origin, await starter(page));
  value(await load(page));
  const first = value(await generate(page, SHORT));
  const write = () =>
    page.evaluate(async (request) => {
      const { engine } = window.kept;
      if (engine === undefined) throw new Error('no engine');
      const seen = { reloads: 0, restarts: 0 };
      const safe = window.engines.recovering(engine, {
        onReload: ({ kind }) => (seen.reloads += kind === 'ready' ? 1 : 0),
        onRestart: () => (seen.restarts += 1),
      });
      const whole = { ...request, temperature: 0, seed: 0, stop: [] };
      const { signal } = new AbortController();
      const outcome = await window.settle(
        () => safe.generate(whole, () => undefined, signal),
        () => 0,
      );
      return { ...seen, outcome, state: engine.getState().kind };
    }, SHORT);

  const worker = page.workers().at(-1);
  if (worker === undefined) throw new Error('no worker');
  await loseDevice(worker);
  const once = await write();
  expect(value(once.outcome).text).toBe(first.text);
  expect(once).toMatchObject({ reloads: 1, restarts: 1, state: 'ready' });

  page.on('worker', (next) => void loseDevice(next));
  const second = page.workers().at(-1);
  if (second === undefined || second === worker) throw new Error('no new worker');
  await loseDevice(second);
  const twice = await write();
  expect(failure(twice.outcome)).toMatchObject({ code: 'device-lost' });
  expect(failure(twice.outcome).message).toContain('twice');
  expect(twice).toMatchObject({ reloads: 1, restarts: 1, state: 'failed' });
});
