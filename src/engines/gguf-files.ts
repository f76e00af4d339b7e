/** The GGUF files of a model: where they are, fetching and checking them, keeping and deleting them. */
import { EngineError } from './engine';
import {
  cacheStore,
  makeReady,
  type FetchOptions,
  type FileSpec,
  type FileStore,
  type ReadyFile,
} from './files';
import { loadManifest, manifestFiles, readKeptManifest } from './manifest';

/** Where GGUF files come from and the cache that keeps them; addresses are absolute. Can be sent to a worker. */
export interface GgufPlace {
  readonly cache: string;
  readonly source:
    | { readonly kind: 'manifest'; readonly address: string }
    | { readonly kind: 'files'; readonly files: readonly FileSpec[] };
}

/** Models that share weights share this, so that nothing is fetched or kept twice. */
export function ggufCache(id: string): string {
  return `rulewright-model-${id}`;
}

type Options = Omit<FetchOptions, 'store' | 'checkKept' | 'wantBytes' | 'onReady'>;

async function specsOf({ cache, source }: GgufPlace, signal: AbortSignal): Promise<FileSpec[]> {
  if (source.kind === 'files') return [...source.files];
  return manifestFiles(
    await loadManifest(source.address, cacheStore(cache), signal),
    source.address,
  );
}

/** Fetches the files that are not kept, and checks every one, kept or not. */
export async function readyGguf(place: GgufPlace, options: Options): Promise<Blob[]> {
  const store = cacheStore(place.cache);
  const specs = await specsOf(place, options.signal);
  const ready = await makeReady(specs, { ...options, store, checkKept: true });
  return await Promise.all(
    ready.map(async ({ spec, content }) => {
      await requireGguf(spec, await content?.slice(0, 4).arrayBuffer(), store);
      return content ?? new Blob();
    }),
  );
}

/** The same files in memory; the first, which describes the model, is given as soon as it is there and whole. */
export function readGgufFiles(
  place: GgufPlace,
  options: Options,
): { readonly first: Promise<ArrayBuffer>; readonly all: Promise<ArrayBuffer[]> } {
  let resolve: (bytes: ArrayBuffer) => void = () => undefined;
  let reject: (cause: unknown) => void = () => undefined;
  const first = new Promise<ArrayBuffer>((...settle) => ([resolve, reject] = settle));
  // Whoever waits for all of them hears of a failure.
  first.catch(() => undefined);
  const read = async (): Promise<ArrayBuffer[]> => {
    const store = cacheStore(place.cache);
    const specs = await specsOf(place, options.signal);
    const onReady = ({ spec, bytes }: ReadyFile): void => {
      if (spec === specs[0] && bytes !== null && isGguf(bytes)) resolve(bytes);
    };
    const ready = await makeReady(specs, {
      ...options,
      store,
      checkKept: true,
      wantBytes: true,
      onReady,
    });
    return await Promise.all(
      ready.map(async ({ spec, bytes }) => {
        await requireGguf(spec, bytes ?? undefined, store);
        return bytes ?? new ArrayBuffer();
      }),
    );
  };
  const all = read();
  all.catch((cause: unknown) => reject(cause));
  return { first, all };
}

function isGguf(bytes: ArrayBuffer): boolean {
  return new TextDecoder().decode(bytes.slice(0, 4)) === 'GGUF';
}

async function requireGguf(
  spec: FileSpec,
  head: ArrayBuffer | undefined,
  store: FileStore,
): Promise<void> {
  if (head !== undefined && isGguf(head)) return;
  await store.remove(spec.address);
  throw new EngineError(
    'corrupt',
    `The file ${spec.name} is not a model file: it does not begin as GGUF files do.`,
    'Check the address of the model; a web page in place of the file is the usual cause.',
  );
}

/** True when every file is kept. */
export async function isGgufKept({ cache, source }: GgufPlace): Promise<boolean> {
  const store = cacheStore(cache);
  let specs = source.kind === 'files' ? source.files : [];
  if (source.kind === 'manifest') {
    // One that is damaged is fetched again, as one that is missing.
    const manifest = await readKeptManifest(source.address, store).catch(() => null);
    if (manifest === null) return false;
    specs = manifestFiles(manifest, source.address);
  }
  const kept = await Promise.all(specs.map(({ address }) => store.has(address)));
  return kept.every(Boolean);
}

export async function deleteGguf({ cache }: GgufPlace): Promise<void> {
  if (typeof caches !== 'undefined') await caches.delete(cache);
}
