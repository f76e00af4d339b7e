/** WebLLM in a real browser without a model: preflight, fetching, cancelling, and failures in words. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebllmModel } from '../../src/engines/index';
import type { Page } from '@playwright/test';
import { failure, generate, load, makeEngine, openEngine, states } from './drive';
import { expect, test } from './gpu';
import { servePage, type PageServer } from './serve-page';

const FOLDER = mkdtempSync(join(tmpdir(), 'mlc-model-'));
const MODEL = join(FOLDER, 'resolve/main');
const SHARD_BYTES = 600_000;
const SHARDS = ['params_shard_0.bin', 'params_shard_1.bin'];

function digest(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

const shards = SHARDS.map((_, index) => Buffer.alloc(SHARD_BYTES, index + 1));

/** The shape of an MLC model; its library is no program, so that it can be fetched but not started. */
function writeModel(): void {
  mkdirSync(MODEL, { recursive: true });
  const records = SHARDS.map((dataPath, index) => {
    const md5sum = createHash('md5')
      .update(shards[index] ?? '')
      .digest('hex');
    return { dataPath, nbytes: SHARD_BYTES, md5sum, records: [] };
  });
  const config = { tokenizer_files: ['tokenizer.json'], context_window_size: 4096 };
  writeFileSync(join(MODEL, 'mlc-chat-config.json'), JSON.stringify(config));
  writeFileSync(join(MODEL, 'tensor-cache.json'), JSON.stringify({ metadata: {}, records }));
  writeFileSync(join(MODEL, 'tokenizer.json'), '{}');
  writeFileSync(join(MODEL, 'library.wasm'), 'not a program');
  SHARDS.forEach((name, index) => writeFileSync(join(MODEL, name), shards[index] ?? ''));
}

let server: PageServer;

test.beforeAll(async () => {
  writeModel();
  server = await servePage({ '/mlc/': FOLDER }, true);
});

test.afterAll(async () => {
  await server.close();
  rmSync(FOLDER, { recursive: true });
});

test.beforeEach(() => {
  server.faults.clear();
  server.requests.length = 0;
});

function model(change: Partial<WebllmModel> = {}): WebllmModel {
  return {
    engine: 'webllm',
    id: 'broken',
    title: 'Broken',
    description: '',
    group: 'broken',
    writes: 'any',
    licence: { name: 'none', address: '/', note: null },
    contextTokens: 4096,
    answerTokens: 64,
    prompt: { template: '{rules}' },
    stop: ['<|im_end|>'],
    totalBytes: null,
    address: 'mlc',
    weights: { kind: 'mlc' },
    library: { address: 'mlc/resolve/main/library.wasm', bytes: null, sha256: null },
    files: SHARDS.map((name, index) => ({
      name,
      bytes: SHARD_BYTES,
      sha256: digest(shards[index] ?? Buffer.alloc(0)),
    })),
    quantization: 'other',
    requiredFeatures: [],
    vramMb: null,
    largestBindingBytes: null,
    ...change,
  };
}

test('judges the catalogue by the adapter before anything is fetched', async ({ page }) => {
  await page.goto(server.origin);
  await page.waitForFunction(() => 'engines' in window);
  const asked = server.requests.length;
  const { facts, offered } = await page.evaluate(async () => {
    const { catalogue, offeredModels, readBrowserFacts } = window.engines;
    const found = await readBrowserFacts();
    return { facts: found, offered: offeredModels(catalogue, found) };
  });
  expect(facts.gpu).toMatchObject({ kind: 'adapter', software: true });
  expect(facts.wasm).toEqual({ simd: true, exceptions: true, memory64: true });
  const ids = offered.map((offer) => offer.model.id);
  expect(offered[0]?.why).toContain('in software');
  expect(ids).toEqual([
    'starter',
    'Qwen2.5-3B-Instruct-q4f32_1-MLC',
    'Qwen2.5-Coder-3B-Instruct-q4f32_1-MLC',
  ]);
  expect(offered[0]?.verdict.kind).toBe('runs');
  expect(offered[1]?.verdict.kind).not.toBe('runs');
  expect(server.requests.length).toBe(asked);
});

/** The page's view of an adapter with less than this one has. */
async function limitAdapter(page: Page, limits: Record<string, number>): Promise<void> {
  await page.addInitScript((less) => {
    const own = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'limits');
    Object.defineProperty(GPUAdapter.prototype, 'limits', {
      get(this: GPUAdapter) {
        const real = own?.get?.call(this) as GPUSupportedLimits;
        return new Proxy(real, {
          get: (target, name): unknown => less[String(name)] ?? Reflect.get(target, name, target),
        });
      },
    });
  }, limits);
}

test('an adapter with small storage buffers is told apart before anything is fetched', async ({
  page,
}) => {
  await limitAdapter(page, { maxStorageBufferBindingSize: 64 * 2 ** 20 });
  await page.goto(server.origin);
  await page.waitForFunction(() => 'engines' in window);
  const offered = await page.evaluate(async () => {
    const { catalogue, offeredModels, readBrowserFacts } = window.engines;
    return offeredModels(catalogue, await readBrowserFacts());
  });
  expect(offered.map(({ verdict }) => verdict.kind)).toEqual(['runs', 'cannot', 'cannot']);
  expect(offered[0]?.model.engine).toBe('wllama');
  expect(offered[0]?.why).toContain('offers 64 MiB');
  expect(JSON.stringify(offered[1]?.verdict)).toMatch(/149 MiB at once.*offers 64 MiB/);
});

for (const [what, change, words] of [
  ['half precision', { requiredFeatures: ['shader-f16'] }, /half-precision/],
  ['larger buffers', { largestBindingBytes: 3 * 2 ** 30 }, /buffers of 3072 MiB/],
  ['another feature', { requiredFeatures: ['no-such-feature'] }, /WebGPU/],
] as const) {
  test(`a model that needs ${what} fails before it is fetched`, async ({ page }) => {
    const asking = model({
      ...change,
      requiredFeatures: [...('requiredFeatures' in change ? change.requiredFeatures : [])],
    });
    await openEngine(page, server.origin, asking);
    server.requests.length = 0;
    const failed = failure(await load(page));
    expect(failed.code).toBe('unsupported');
    expect(failed.message).toMatch(words);
    expect(server.requests.filter((name) => /\.json$|\.bin$/.test(name))).toEqual([]);
  });
}

test('an address that cannot be reached ends in words', async ({ page }) => {
  await openEngine(page, server.origin, model({ address: 'http://127.0.0.1:9/model' }));
  const failed = failure(await load(page));
  expect(failed.code).toBe('network');
  expect(failed.message).toContain('mlc-chat-config.json');
  expect(failed.message).toContain('127.0.0.1:9');
  expect((await states(page)).at(-1)?.kind).toBe('failed');
});

test('a folder that holds no model ends in words', async ({ page }) => {
  server.faults.set('mlc-chat-config.json', { kind: 'flip', at: 0 });
  await openEngine(page, server.origin, model());
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.nextStep).toContain('mlc-chat-config.json');
  // The wrong answer is not kept: with the right one the load goes further.
  server.faults.clear();
  expect(failure(await load(page)).message).not.toContain('description of an MLC model');
});

test('a damaged shard is named, the whole ones are kept', async ({ page }) => {
  server.faults.set('params_shard_1.bin', { kind: 'flip', at: 500_000 });
  await openEngine(page, server.origin, model());
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toContain('params_shard_1.bin');
  server.faults.clear();
  failure(await load(page));
  server.requests.length = 0;
  // All is there now, and nothing is fetched again; only the library cannot start.
  failure(await load(page));
  expect(server.requests.filter((name) => /\.bin$|\.json$/.test(name))).toEqual([]);
  const cached = await page.evaluate((entry) => window.engines.isCached(entry), model());
  expect(cached).toBe(true);
  // One that was damaged where it is kept is found and fetched again, alone.
  await page.evaluate(async () => {
    const cache = await caches.open('webllm/model');
    const key = (await cache.keys()).find(({ url }) => url.endsWith('params_shard_0.bin'));
    if (key !== undefined) await cache.put(key, new Response(new Uint8Array(600_000)));
  });
  failure(await load(page));
  expect(server.requests.filter((name) => name.endsWith('.bin'))).toEqual(['params_shard_0.bin']);
  await page.evaluate((entry) => window.engines.deleteCached(entry), model());
  expect(await page.evaluate((entry) => window.engines.isCached(entry), model())).toBe(false);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => url);
  });
  expect(kept).toEqual([]);
});

test('a shard of a model without SHA-256 is checked by the MD5 in its list', async ({ page }) => {
  server.faults.set('params_shard_1.bin', { kind: 'flip', at: 1 });
  await openEngine(page, server.origin, model({ files: null }));
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.message).toMatch(/params_shard_1\.bin .*MD5/);
});

test('a library that is no program ends in words', async ({ page }) => {
  await openEngine(page, server.origin, model());
  const failed = failure(await load(page));
  expect(failed.code).toBe('corrupt');
  expect(failed.nextStep).toContain('library');
  expect(await page.evaluate(() => window.kept.engine?.getState().kind)).toBe('failed');
  expect(failure(await generate(page, {})).message).toBe(failed.message);
});

test('cancels a fetch at once, and the next load goes on from what is kept', async ({ page }) => {
  server.faults.set('params_shard_1.bin', { kind: 'slow', bytesPerSecond: 150_000 });
  await openEngine(page, server.origin, model());
  const outcome = await load(page, 2500);
  expect(failure(outcome).name).toBe('AbortError');
  expect(outcome.milliseconds).toBeLessThan(500);
  const seen = await states(page);
  expect(seen.at(-1)).toEqual({ kind: 'idle' });
  const last = seen.findLast((state) => state.kind === 'fetching');
  expect(last?.kind === 'fetching' && last.progress.loadedBytes).toBeGreaterThan(SHARD_BYTES);
  const cached = await page.evaluate((entry) => window.engines.isCached(entry), model());
  expect(cached).toBe(false);

  server.faults.clear();
  server.requests.length = 0;
  await makeEngine(page, model());
  failure(await load(page));
  expect(server.requests).toContain('params_shard_1.bin');
  expect(server.requests).not.toContain('params_shard_0.bin');
});

test('without WebGPU the engine and the preflight say so', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined });
  });
  await openEngine(page, server.origin, model());
  const verdict = await page.evaluate(async (entry) => {
    const { judge, readBrowserFacts } = window.engines;
    return judge(entry, await readBrowserFacts());
  }, model());
  expect(verdict.kind).toBe('cannot');
  expect(JSON.stringify(verdict)).toContain('WebGPU');
  await context.close();
});
