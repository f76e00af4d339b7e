/** Fetching, checking and keeping the files of a model. */
import { abortError } from './abort';
import { EngineError } from './engine';
import { ProgressMeter } from './progress';

/** One file: an absolute address, and what is known about its content (null: not known, not checked). */
export interface FileSpec {
  readonly name: string;
  readonly address: string;
  readonly bytes: number | null;
  /** Lower-case hexadecimal. */
  readonly sha256: string | null;
  /** Against damage, not against malice: MLC's own list of shards has nothing better. Asked for without a SHA-256 only. */
  readonly md5?: string | null;
}

/** Where fetched files are kept between visits. */
export interface FileStore {
  has(address: string): Promise<boolean>;
  read(address: string): Promise<Blob | null>;
  /** The same, in memory. */
  readBytes(address: string): Promise<ArrayBuffer | null>;
  /** False when there is no room, or no storage at all: the file then lives in memory only. */
  write(address: string, content: Blob): Promise<boolean>;
  remove(address: string): Promise<void>;
}

/** A store over one named cache of the Cache API; without the API (plain http) it keeps nothing. */
export function cacheStore(name: string): FileStore {
  const open = async (): Promise<Cache | null> =>
    typeof caches === 'undefined' ? null : await caches.open(name);
  return {
    async has(address) {
      return (await (await open())?.match(address)) !== undefined;
    },
    async read(address) {
      const response = await (await open())?.match(address);
      return response === undefined ? null : await response.blob();
    },
    async readBytes(address) {
      const response = await (await open())?.match(address);
      return response === undefined ? null : await response.arrayBuffer();
    },
    async write(address, content) {
      try {
        const cache = await open();
        if (cache === null) return false;
        await cache.put(
          address,
          new Response(content, { headers: { 'content-length': String(content.size) } }),
        );
        return true;
      } catch {
        // Full disk, or storage refused in a private window: going on from memory is better than stopping.
        return false;
      }
    },
    async remove(address) {
      await (await open())?.delete(address);
    },
  };
}

/** Keeps nothing. */
export const NO_STORE: FileStore = {
  has: () => Promise.resolve(false),
  read: () => Promise.resolve(null),
  readBytes: () => Promise.resolve(null),
  write: () => Promise.resolve(false),
  remove: () => Promise.resolve(),
};

/** Removes everything but one file from a named cache: older versions of it. */
export async function keepOnly(name: string, address: string): Promise<void> {
  const cache = await caches.open(name);
  const others = (await cache.keys()).filter(({ url }) => url !== address);
  await Promise.all(others.map((key) => cache.delete(key)));
}

/** SHA-256 in lower-case hexadecimal; null where the page has no Web Crypto (plain http). */
export async function sha256(content: Blob | ArrayBuffer): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  const bytes = content instanceof Blob ? await content.arrayBuffer() : content;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** MD5 in lower-case hexadecimal, read in pieces; browsers have none of their own. */
export async function md5(content: Blob): Promise<string> {
  const { createMD5 } = await import('hash-wasm');
  const hasher = (await createMD5()).init();
  for (let at = 0; at < content.size; at += HASHED_BYTES) {
    hasher.update(new Uint8Array(await content.slice(at, at + HASHED_BYTES).arrayBuffer()));
  }
  return hasher.digest('hex');
}
const HASHED_BYTES = 4 * 1024 * 1024;

/** What is wrong with a file's content, in words, or null when it is what the specification says. */
export async function findDamage(
  spec: FileSpec,
  content: Blob | ArrayBuffer,
): Promise<string | null> {
  const size = bytesOf(content);
  if (spec.bytes !== null && size !== spec.bytes) {
    const how = size < spec.bytes ? 'cut short' : 'too long';
    return `is ${how}: ${size} bytes instead of ${spec.bytes}`;
  }
  if (size === 0) return 'is empty';
  if (spec.sha256 === null) {
    const known = spec.md5 ?? null;
    return known === null || known === (await md5(new Blob([content])))
      ? null
      : 'is damaged: its MD5 is not the expected one';
  }
  const found = await sha256(content);
  return found === null || found === spec.sha256
    ? null
    : 'is damaged: its SHA-256 is not the expected one';
}

const bytesOf = (content: Blob | ArrayBuffer): number =>
  content instanceof Blob ? content.size : content.byteLength;

export interface FetchOptions {
  readonly store: FileStore;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  readonly onProgress: () => void;
  /** Check kept files again before they are used. */
  readonly checkKept: boolean;
  /** Fetches at the same time. */
  readonly parallel?: number;
  /** Read the files into memory, once, and hand out that in place of a blob. */
  readonly wantBytes?: boolean;
  /** Called with each file as soon as it is ready, before the others are. */
  readonly onReady?: (file: ReadyFile) => void;
}

/** A file that is ready. */
export interface ReadyFile {
  readonly spec: FileSpec;
  /** Null when it was kept already and not asked for, or is wanted in memory. */
  readonly content: Blob | null;
  /** The content in memory, where that was wanted. */
  readonly bytes: ArrayBuffer | null;
  readonly kept: boolean;
}

/**
 * Makes every file ready: kept ones are used, the others fetched, checked and kept.
 * Rejects with EngineError `network` or `corrupt` naming the file; files that were fine stay kept.
 */
export async function makeReady(
  specs: readonly FileSpec[],
  options: FetchOptions,
): Promise<ReadyFile[]> {
  const ready: ReadyFile[] = [];
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  for (const { bytes } of specs) options.meter.expect(bytes ?? 0);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < specs.length; index = next++) {
      const spec = specs[index];
      if (spec === undefined) return;
      const file = await makeOneReady(spec, { ...options, signal });
      ready[index] = file;
      options.onReady?.(file);
    }
  };
  const lanes = Array.from({ length: options.parallel ?? 3 }, async () => {
    try {
      await lane();
    } catch (error) {
      // The first failure stops the other lanes; they then reject with it too.
      failed.abort(error);
      throw error;
    }
  });
  const results = await Promise.allSettled(lanes);
  if (options.signal.aborted) throw abortError(options.signal);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failed.signal.reason ?? failure.reason;
  return ready;
}

async function makeOneReady(spec: FileSpec, options: FetchOptions): Promise<ReadyFile> {
  const { store, meter, signal } = options;
  if (!options.checkKept && (await store.has(spec.address))) {
    meter.keep(spec.bytes ?? 0);
    options.onProgress();
    return { spec, content: null, bytes: null, kept: true };
  }
  const wantBytes = options.wantBytes === true;
  const read = wantBytes ? store.readBytes.bind(store) : store.read.bind(store);
  const found = options.checkKept ? await read(spec.address) : null;
  if (signal.aborted) throw abortError(signal);
  if (found !== null) {
    if ((await findDamage(spec, found)) === null) {
      if (spec.bytes === null) meter.expect(bytesOf(found));
      meter.keep(bytesOf(found));
      options.onProgress();
      return readyFile(spec, found, true);
    }
    await store.remove(spec.address);
  }
  const fetched = await fetchContent(spec, options);
  const content = wantBytes ? await fetched.arrayBuffer() : fetched;
  const damage = await findDamage(spec, content);
  if (signal.aborted) throw abortError(signal);
  if (damage !== null) throw damaged(spec, damage);
  const kept = await store.write(spec.address, fetched);
  const moved = kept && !wantBytes ? await store.read(spec.address) : null;
  return readyFile(spec, moved ?? content, kept);
}

function readyFile(spec: FileSpec, held: Blob | ArrayBuffer, kept: boolean): ReadyFile {
  return held instanceof Blob
    ? { spec, content: held, bytes: null, kept }
    : { spec, content: null, bytes: held, kept };
}

function damaged(spec: FileSpec, damage: string): EngineError {
  return new EngineError(
    'corrupt',
    `The file ${spec.name} of the model ${damage}.`,
    'Load the model again: this file is fetched anew, the others are kept. If it stays damaged, the copy on the server is: have it replaced.',
  );
}

/** Chunks are gathered into blobs of this size, which the browser may move out of the page's memory. */
const PART_BYTES = 32 * 1024 * 1024;

async function fetchContent(spec: FileSpec, options: FetchOptions): Promise<Blob> {
  const response = await request(spec, options.signal);
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (spec.bytes === null) options.meter.expect(announced);
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let gathered = 0;
  let received = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const step = await reader?.read();
      if (step === undefined || step.done) break;
      chunks.push(step.value);
      gathered += step.value.byteLength;
      received += step.value.byteLength;
      options.meter.receive(step.value.byteLength);
      options.onProgress();
      if (spec.bytes !== null && received > spec.bytes) break;
      if (gathered >= PART_BYTES) {
        parts.push(new Blob(chunks));
        [chunks, gathered] = [[], 0];
      }
    }
  } catch (cause) {
    if (options.signal.aborted) throw abortError(options.signal);
    throw unreachable(spec, 'the connection broke off', cause);
  } finally {
    reader?.cancel().catch(() => undefined);
  }
  // The announced length counts packed bytes where the server compresses.
  if (spec.bytes === null) options.meter.expect(received - announced);
  return new Blob([...parts, new Blob(chunks)]);
}

async function request(spec: FileSpec, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    // Kept by our own store: the browser's cache would hold a second copy, or serve a damaged one again.
    response = await fetch(spec.address, { signal, cache: 'no-store' });
  } catch (cause) {
    if (signal.aborted) throw abortError(signal);
    throw unreachable(spec, 'the server cannot be reached', cause);
  }
  if (!response.ok)
    throw unreachable(spec, `the server answered ${response.status}`, response.status);
  return response;
}

function unreachable(spec: FileSpec, why: string, cause: unknown): EngineError {
  const { host } = new URL(spec.address);
  return new EngineError(
    'network',
    `The file ${spec.name} could not be fetched from ${host}: ${why}.`,
    'Check the connection and load the model again: what was fetched is kept.',
    { cause },
  );
}
