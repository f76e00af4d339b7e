/** The files of a wllama model: where they are, fetching and checking them, keeping and deleting them. */
import wasmAddress from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { absoluteAddress, type WllamaModel } from './catalogue';
import { EngineError, type EngineState } from './engine';
import {
  cacheStore,
  keepOnly,
  makeReady,
  NO_STORE,
  type FetchOptions,
  type FileSpec,
  type FileStore,
} from './files';
import { loadManifest, manifestFiles, readKeptManifest } from './manifest';
import { ProgressMeter, throttled } from './progress';

export type Move = (state: EngineState) => void;

function storeOf(model: WllamaModel): FileStore {
  return cacheStore(`rulewright-model-${model.id}`);
}

async function fileSpecs(
  model: WllamaModel,
  store: FileStore,
  signal: AbortSignal,
): Promise<FileSpec[]> {
  const base = document.baseURI;
  if (model.source.kind === 'manifest') {
    const address = absoluteAddress(model.source.address, base);
    return manifestFiles(await loadManifest(address, store, signal), address);
  }
  return model.source.files.map((file) => {
    const address = absoluteAddress(file.address, base);
    return { ...file, address, name: new URL(address).pathname.split('/').at(-1) ?? address };
  });
}

export interface ModelFiles {
  readonly weights: Blob[];
  /** llama.cpp itself. */
  readonly program: Blob;
}

const PROGRAM_CACHE = 'rulewright-wllama';

/** llama.cpp's own WebAssembly; wllama would wait for ever if it could not be fetched. */
async function fetchProgram(options: Omit<FetchOptions, 'store' | 'checkKept'>): Promise<Blob> {
  const address = new URL(wasmAddress, document.baseURI).href;
  const spec = { name: 'wllama.wasm', address, bytes: null, sha256: null };
  // A build's address holds a hash of the content; without one (while developing) the server is always asked.
  const hashed = /wllama-[\w-]{8}\.wasm$/.test(address);
  const store = hashed ? cacheStore(PROGRAM_CACHE) : NO_STORE;
  const [file] = await makeReady([spec], { ...options, store, checkKept: true });
  if (file?.kept === true) await keepOnly(PROGRAM_CACHE, address);
  return new Blob([file?.content ?? ''], { type: 'application/wasm' });
}

/** Fetches llama.cpp and the model, as far as they are not kept, and checks every file. */
export async function fetchModel(
  model: WllamaModel,
  move: Move,
  signal: AbortSignal,
): Promise<ModelFiles> {
  const store = storeOf(model);
  const specs = await fileSpecs(model, store, signal);
  const meter = new ProgressMeter();
  const report = throttled(() => move({ kind: 'fetching', progress: meter.snapshot() }));
  const program = await fetchProgram({ signal, meter, onProgress: report.call });
  const ready = await makeReady(specs, {
    store,
    signal,
    meter,
    onProgress: report.call,
    checkKept: true,
  });
  report.flush();
  const weights = await Promise.all(
    ready.map(async ({ spec, content }) => {
      if (content !== null && (await content.slice(0, 4).text()) === 'GGUF') return content;
      await store.remove(spec.address);
      throw new EngineError(
        'corrupt',
        `The file ${spec.name} is not a model file: it does not begin as GGUF files do.`,
        'Check the address of the model; a web page in place of the file is the usual cause.',
      );
    }),
  );
  return { weights, program };
}

/** True when the model loads without a network. */
export async function isWllamaCached(model: WllamaModel): Promise<boolean> {
  const store = storeOf(model);
  let specs: FileSpec[];
  if (model.source.kind === 'manifest') {
    const address = absoluteAddress(model.source.address, document.baseURI);
    const manifest = await readKeptManifest(address, store);
    if (manifest === null) return false;
    specs = manifestFiles(manifest, address);
  } else {
    specs = await fileSpecs(model, store, new AbortController().signal);
  }
  const kept = await Promise.all(specs.map(({ address }) => store.has(address)));
  return kept.every(Boolean);
}

export async function deleteWllamaCached(model: WllamaModel): Promise<void> {
  if (typeof caches !== 'undefined') await caches.delete(`rulewright-model-${model.id}`);
}
