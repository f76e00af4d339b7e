/** What a wllama model needs: its GGUF files, and llama.cpp itself. */
import wasmAddress from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { absoluteAddress, type WllamaModel } from './catalogue';
import type { EngineState } from './engine';
import { cacheStore, keepOnly, makeReady, NO_STORE, type FetchOptions } from './files';
import { deleteGguf, ggufCache, isGgufKept, readyGguf, type GgufPlace } from './gguf-files';
import { ProgressMeter, throttled } from './progress';

export type Move = (state: EngineState) => void;

function placeOf({ id, source }: WllamaModel): GgufPlace {
  const base = document.baseURI;
  const cache = ggufCache(id);
  if (source.kind === 'manifest') {
    const address = absoluteAddress(source.address, base);
    return { cache, source: { kind: 'manifest', address } };
  }
  const files = source.files.map((file) => {
    const address = absoluteAddress(file.address, base);
    return { ...file, address, name: new URL(address).pathname.split('/').at(-1) ?? address };
  });
  return { cache, source: { kind: 'files', files } };
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
  const meter = new ProgressMeter();
  const report = throttled(() => move({ kind: 'fetching', progress: meter.snapshot() }));
  const options = { signal, meter, onProgress: report.call };
  const program = await fetchProgram(options);
  const weights = await readyGguf(placeOf(model), options);
  report.flush();
  return { weights, program };
}

/** True when the model loads without a network. */
export async function isWllamaCached(model: WllamaModel): Promise<boolean> {
  return await isGgufKept(placeOf(model));
}

export async function deleteWllamaCached(model: WllamaModel): Promise<void> {
  await deleteGguf(placeOf(model));
}
