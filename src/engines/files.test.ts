import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abortable } from './abort';
import { EngineError } from './engine';
import { findDamage, makeReady, md5, sha256, type FileSpec, type FileStore } from './files';
import { loadManifest, manifestBytes, manifestFiles, parseManifest } from './manifest';
import { ProgressMeter } from './progress';

/** A store in memory, with the room it is given. */
function memoryStore(room = Infinity): FileStore & { readonly kept: Map<string, Blob> } {
  const kept = new Map<string, Blob>();
  return {
    kept,
    has: (address) => Promise.resolve(kept.has(address)),
    read: (address) => Promise.resolve(kept.get(address) ?? null),
    readBytes: async (address) => (await kept.get(address)?.arrayBuffer()) ?? null,
    write: (address, content) => {
      if (content.size > room) return Promise.resolve(false);
      kept.set(address, content);
      return Promise.resolve(true);
    },
    remove: (address) => Promise.resolve(void kept.delete(address)),
  };
}

function hex(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

const CONTENTS: Record<string, Buffer> = {
  'part-2.gguf': Buffer.alloc(50_000, 2),
  'part-1.gguf': Buffer.alloc(70_000, 1),
  'part-3.gguf': Buffer.alloc(30_000, 3),
};

let server: Server;
let origin: string;
let served: Map<string, Buffer>;
let requests: string[];

beforeEach(async () => {
  served = new Map(Object.entries(CONTENTS));
  requests = [];
  server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    requests.push(name);
    const content = served.get(name);
    if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': content.length }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function manifestText(): string {
  const files = Object.entries(CONTENTS).map(([name, content]) => ({
    name,
    bytes: content.length,
    sha256: hex(content),
  }));
  return JSON.stringify({ files, made: 'here' });
}

function specs(): FileSpec[] {
  const address = `${origin}manifest.json`;
  return manifestFiles(parseManifest(manifestText(), address), address);
}

function options(store: FileStore, signal = new AbortController().signal) {
  return {
    store,
    signal,
    meter: new ProgressMeter(),
    onProgress: () => undefined,
    checkKept: true,
  };
}

async function rejection(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`expected an EngineError, got ${String(error)}`);
}

describe('md5', () => {
  it('is that of Node, over several pieces', async () => {
    const content = Buffer.alloc(9_000_000, 'stones');
    const expected = createHash('md5').update(content).digest('hex');
    expect(await md5(new Blob([content]))).toBe(expected);
    const spec = { name: 'a', address: 'http://a', bytes: null, sha256: null, md5: expected };
    expect(await findDamage(spec, new Blob([content]))).toBeNull();
    content[8_999_999] = 0;
    expect(await findDamage(spec, new Blob([content]))).toContain('MD5');
  });
});

describe('manifest', () => {
  it('gives files in order, beside the manifest, with their bytes', () => {
    expect(specs().map(({ address }) => address)).toEqual(
      [1, 2, 3].map((part) => `${origin}part-${part}.gguf`),
    );
    expect(manifestBytes(parseManifest(manifestText(), origin))).toBe(150_000);
  });

  const hash = 'a'.repeat(64);
  it.each([
    ['no JSON', 'nothing'],
    ['no files', '{"files": []}'],
    ['a path for a name', `{"files": [{"name": "../x", "bytes": 1, "sha256": "${hash}"}]}`],
    ['a short hash', '{"files": [{"name": "x", "bytes": 1, "sha256": "abc"}]}'],
    ['no bytes', `{"files": [{"name": "x", "bytes": 0, "sha256": "${hash}"}]}`],
    [
      'a name twice',
      `{"files": [{"name": "x", "bytes": 1, "sha256": "${hash}"}, {"name": "x", "bytes": 2, "sha256": "${hash}"}]}`,
    ],
  ])('refuses %s', (_, text) => {
    expect(() => parseManifest(text, origin)).toThrow(EngineError);
  });

  it('is kept for when the server is away', async () => {
    const store = memoryStore();
    const { signal } = new AbortController();
    const address = `${origin}manifest.json`;
    expect((await rejection(loadManifest(address, store, signal))).message).toContain('404');
    served.set('manifest.json', Buffer.from(manifestText()));
    const fresh = await loadManifest(address, store, signal);
    served.delete('manifest.json');
    expect(await loadManifest(address, store, signal)).toEqual(fresh);
  });
});

describe('findDamage', () => {
  const content = new Blob([CONTENTS['part-1.gguf']?.toString('latin1') ?? '']);
  const spec = { name: 'x', address: 'x', bytes: null, sha256: null };

  it('compares bytes, then the hash, as far as they are known', async () => {
    expect(await findDamage(spec, content)).toBeNull();
    expect(await findDamage({ ...spec, bytes: 70_001 }, content)).toContain('cut short');
    expect(await findDamage({ ...spec, bytes: 69_999 }, content)).toContain('too long');
    const right = await sha256(content);
    expect(right).toBe(hex(CONTENTS['part-1.gguf'] ?? Buffer.alloc(0)));
    expect(await findDamage({ ...spec, bytes: 70_000, sha256: right }, content)).toBeNull();
    expect(await findDamage({ ...spec, sha256: 'f'.repeat(64) }, content)).toContain('SHA-256');
    expect(await findDamage(spec, new Blob([]))).toContain('empty');
  });
});

describe('makeReady', () => {
  it('fetches, checks, keeps, and fetches nothing the second time', async () => {
    const store = memoryStore();
    const asked = options(store);
    const ready = await makeReady(specs(), asked);
    expect(ready.map(({ content }) => content?.size)).toEqual([70_000, 50_000, 30_000]);
    expect(asked.meter.snapshot()).toMatchObject({ loadedBytes: 150_000, totalBytes: 150_000 });
    requests.length = 0;
    const again = await makeReady(specs(), options(store));
    expect(requests).toEqual([]);
    expect(await again[1]?.content?.text()).toBe(CONTENTS['part-2.gguf']?.toString());
  });

  it.each([
    ['cut short', () => Buffer.alloc(49_000, 2), 'cut short: 49000 bytes instead of 50000'],
    ['too long', () => Buffer.alloc(51_000, 2), 'too long'],
    ['changed', () => Buffer.alloc(50_000, 9), 'SHA-256'],
  ])(
    'names a file that is %s, keeps the others, and fetches only that one again',
    async (_, bad, words) => {
      const store = memoryStore();
      served.set('part-2.gguf', bad());
      const error = await rejection(makeReady(specs(), { ...options(store), parallel: 1 }));
      expect(error.code).toBe('corrupt');
      expect(error.message).toContain('part-2.gguf');
      expect(error.message).toContain(words);
      expect([...store.kept.keys()]).toEqual([`${origin}part-1.gguf`]);
      served.set('part-2.gguf', CONTENTS['part-2.gguf'] ?? Buffer.alloc(0));
      requests.length = 0;
      await makeReady(specs(), options(store));
      expect(requests.toSorted()).toEqual(['part-2.gguf', 'part-3.gguf']);
    },
  );

  it('throws away a kept file that is damaged', async () => {
    const store = memoryStore();
    await makeReady(specs(), options(store));
    store.kept.set(`${origin}part-3.gguf`, new Blob(['GGUF']));
    requests.length = 0;
    const ready = await makeReady(specs(), options(store));
    expect(requests).toEqual(['part-3.gguf']);
    expect(ready[2]?.content?.size).toBe(30_000);
  });

  it('goes on from memory where there is no room', async () => {
    const ready = await makeReady(specs(), options(memoryStore(60_000)));
    expect(ready.map(({ kept }) => kept)).toEqual([false, true, true]);
    expect(ready[0]?.content?.size).toBe(70_000);
  });

  it('names a missing file and the server', async () => {
    served.delete('part-1.gguf');
    const error = await rejection(makeReady(specs(), options(memoryStore())));
    expect(error.code).toBe('network');
    expect(error.message).toContain('part-1.gguf');
    expect(error.message).toContain('404');
  });

  it('rejects with the abort, not with an error', async () => {
    const abort = new AbortController();
    const work = makeReady(specs(), options(memoryStore(), abort.signal));
    abort.abort();
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('abortable', () => {
  it('rejects at once, however long the work goes on', async () => {
    const abort = new AbortController();
    const waiting = abortable(new Promise<never>(() => undefined), abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(abortable(Promise.resolve(1), abort.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    await expect(abortable(Promise.resolve(2), new AbortController().signal)).resolves.toBe(2);
  });
});
