/** The GGUF files of a model: where they are, fetching and checking them, keeping and deleting them. */
import { EngineError } from './engine';
import { cacheStore, makeReady, type FetchOptions, type FileSpec, type ReadyFile } from './files';
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

type Options = Omit<FetchOptions, 'store' | 'checkKept' | 'wantBytes'>;

/** Fetches the files that are not kept, and checks every one, kept or not. */
export async function readyGguf(place: GgufPlace, options: Options): Promise<Blob[]> {
  const ready = await readyFiles(place, options);
  return ready.map(({ content }) => content ?? new Blob());
}

/** The same, with all of their content in memory. */
export async function readGgufFiles(place: GgufPlace, options: Options): Promise<ArrayBuffer[]> {
  const ready = await readyFiles(place, { ...options, wantBytes: true });
  return ready.map(({ bytes }) => bytes ?? new ArrayBuffer());
}

async function readyFiles(
  { cache, source }: GgufPlace,
  options: Omit<FetchOptions, 'store' | 'checkKept'>,
): Promise<ReadyFile[]> {
  const store = cacheStore(cache);
  const specs =
    source.kind === 'files'
      ? source.files
      : manifestFiles(await loadManifest(source.address, store, options.signal), source.address);
  const ready = await makeReady(specs, { ...options, store, checkKept: true });
  return await Promise.all(
    ready.map(async (file) => {
      const { spec, content, bytes } = file;
      const head = bytes?.slice(0, 4) ?? (await content?.slice(0, 4).arrayBuffer());
      if (new TextDecoder().decode(head) === 'GGUF') return file;
      await store.remove(spec.address);
      throw new EngineError(
        'corrupt',
        `The file ${spec.name} is not a model file: it does not begin as GGUF files do.`,
        'Check the address of the model; a web page in place of the file is the usual cause.',
      );
    }),
  );
}

/** True when every file is kept. */
export async function isGgufKept({ cache, source }: GgufPlace): Promise<boolean> {
  const store = cacheStore(cache);
  let specs = source.kind === 'files' ? source.files : [];
  if (source.kind === 'manifest') {
    const manifest = await readKeptManifest(source.address, store);
    if (manifest === null) return false;
    specs = manifestFiles(manifest, source.address);
  }
  const kept = await Promise.all(specs.map(({ address }) => store.has(address)));
  return kept.every(Boolean);
}

export async function deleteGguf({ cache }: GgufPlace): Promise<void> {
  if (typeof caches !== 'undefined') await caches.delete(cache);
}
