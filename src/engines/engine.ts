/** The one interface of every language-model engine. Engines know nothing of games: text goes in, text comes out. */

/** Where an engine stands; `failed` keeps what happened, why, and what to do next. */
export type EngineState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'fetching'; readonly progress: LoadProgress }
  | { readonly kind: 'compiling' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'generating'; readonly tokens: number; readonly tokensPerSecond: number }
  | { readonly kind: 'failed'; readonly error: EngineError };

/** Bytes of the model; `secondsLeft` is null until the speed is known. */
export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly secondsLeft: number | null;
}

export type EngineErrorCode =
  | 'unsupported' // the browser or adapter lacks something
  | 'network' // a file could not be fetched
  | 'corrupt' // a file is cut short or its hash is wrong
  | 'storage' // the disk or quota is full
  | 'memory' // out of memory while loading or running
  | 'device-lost' // the GPU went away
  | 'context-overflow' // prompt and answer do not fit the context
  | 'internal';

/** An error that can be shown as it is: `message` says what happened and why, `nextStep` what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    readonly nextStep: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface EngineInfo {
  readonly engine: 'webllm' | 'wllama';
  readonly modelId: string;
  readonly contextTokens: number;
  /** What runs the model, in words: "WebGPU (Intel Iris)", "WebAssembly, 2 threads". */
  readonly backend: string;
}

export interface GenerateRequest {
  /** The whole raw prompt, template already applied; special tokens in it are parsed. */
  readonly prompt: string;
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly seed: number;
  readonly stop: readonly string[];
}

export interface GenerateResult {
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly milliseconds: number;
  readonly finish: 'stop' | 'length';
}

export interface Engine {
  getInfo(): EngineInfo;
  getState(): EngineState;
  /** Fetches and compiles; rejects with EngineError, or with the signal's AbortError. Idempotent once ready. */
  load(onProgress: (state: EngineState) => void, signal: AbortSignal): Promise<void>;
  /** Streams the answer; `onToken` gets each new piece of text. An abort leaves the engine ready for the next call. */
  generate(
    request: GenerateRequest,
    onToken: (piece: string, tokens: number) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
  unload(): Promise<void>;
}
