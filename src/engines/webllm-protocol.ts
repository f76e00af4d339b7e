/** What the page and the WebLLM worker say to each other, over comlink. */
import type { GenerateRequest, GenerateResult, LoadProgress } from './engine';
import type { EngineFailure } from './errors';
import type { FileSpec } from './files';
import type { GgufPlace } from './gguf-files';

/** All that the worker needs to load a model; addresses are absolute. */
export interface WebllmPlan {
  readonly id: string;
  /** As WebLLM spells it: ends in /resolve/<branch>/. */
  readonly folder: string;
  readonly library: FileSpec;
  /** Bytes and hashes by file name, for the files in the folder that have them. */
  readonly known: Readonly<
    Record<string, { readonly bytes: number | null; readonly sha256: string }>
  >;
  readonly contextTokens: number;
  readonly requiredFeatures: readonly string[];
  readonly largestBindingBytes: number | null;
  /** The weights, where they are GGUF: everything in `folder` is then made from them while loading. */
  readonly gguf: GgufPlace | null;
}

export type WebllmLoadState =
  { readonly kind: 'fetching'; readonly progress: LoadProgress } | { readonly kind: 'compiling' };

/** Errors cross the worker's border as data: comlink would keep their message only. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: EngineFailure };

export interface WebllmApi {
  /** `onLost` is called when the GPU device goes away, at any time after. */
  load(
    plan: WebllmPlan,
    onState: (state: WebllmLoadState) => void,
    onLost: (reason: string) => void,
  ): Promise<Outcome<{ readonly backend: string }>>;
  /** After `interrupt` it resolves with what was written so far. */
  generate(
    request: GenerateRequest,
    onToken: (piece: string, tokens: number) => void,
  ): Promise<Outcome<GenerateResult>>;
  interrupt(): void;
}

/** The caches that WebLLM itself reads: what is put there under the right address it does not fetch. */
export const WEBLLM_CACHES = {
  model: 'webllm/model',
  config: 'webllm/config',
  library: 'webllm/wasm',
} as const;

export const CONFIG_FILE = 'mlc-chat-config.json';
export const SHARD_LIST_FILE = 'tensor-cache.json';

/** The folder address as WebLLM completes it: Hugging Face's main branch unless another is named. */
export function folderAddress(address: string): string {
  const folder = address.endsWith('/') ? address : `${address}/`;
  return new URL(/.+\/resolve\/.+\//.test(folder) ? folder : `${folder}resolve/main/`).href;
}
