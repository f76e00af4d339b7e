/** llama.cpp in WebAssembly (wllama) behind the engine interface. */
import { abortable, abortError } from './abort';
import type { WllamaModel } from './catalogue';
import {
  EngineError,
  type Engine,
  type EngineInfo,
  type EngineState,
  type GenerateRequest,
  type GenerateResult,
} from './engine';
import { toEngineError } from './errors';
import { readWasmFeatures, threadCount } from './features';
import { fetchModel, type Move } from './wllama-files';
import { Runtime } from './wllama-runtime';

export class WllamaEngine implements Engine {
  #state: EngineState = { kind: 'idle' };
  #runtime: Runtime | null = null;
  /** Settles when the runtime has let go of the last request, aborted ones included. */
  #released: Promise<unknown> = Promise.resolve();
  #loading: Promise<void> | null = null;
  #unloads = new AbortController();
  readonly #threads = threadCount(navigator.hardwareConcurrency, globalThis.crossOriginIsolated);

  constructor(private readonly model: WllamaModel) {}

  getInfo(): EngineInfo {
    const { id, contextTokens } = this.model;
    const backend = `WebAssembly, ${this.#threads} ${this.#threads === 1 ? 'thread' : 'threads'}`;
    return { engine: 'wllama', modelId: id, contextTokens, backend };
  }

  getState(): EngineState {
    return this.#state;
  }

  async load(onProgress: Move, signal: AbortSignal): Promise<void> {
    while (this.#loading !== null)
      await abortable(
        this.#loading.catch(() => undefined),
        signal,
      );
    if (this.#state.kind === 'ready' || this.#state.kind === 'generating') return;
    this.#loading = this.#load(onProgress, AbortSignal.any([signal, this.#unloads.signal]));
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
  }

  async #load(onProgress: Move, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortError(signal);
    const move: Move = (state) => {
      this.#state = state;
      onProgress(state);
    };
    try {
      requireFeatures();
      move({
        kind: 'fetching',
        progress: { loadedBytes: 0, totalBytes: this.model.totalBytes ?? 0, secondsLeft: null },
      });
      const files = await fetchModel(this.model, move, signal);
      move({ kind: 'compiling' });
      const runtime = new Runtime((error) => this.#crash(runtime, error));
      this.#runtime = runtime;
      await abortable(runtime.start(files, this.model.contextTokens, this.#threads), signal);
      this.#released = Promise.resolve();
      move({ kind: 'ready' });
    } catch (cause) {
      this.#runtime?.end();
      this.#runtime = null;
      if (signal.aborted) {
        move({ kind: 'idle' });
        throw abortError(signal);
      }
      const error = toEngineError(cause);
      move({ kind: 'failed', error });
      throw error;
    }
  }

  #crash(runtime: Runtime, error: EngineError): void {
    runtime.end();
    if (this.#runtime !== runtime) return;
    this.#runtime = null;
    this.#state = { kind: 'failed', error };
  }

  async generate(
    request: GenerateRequest,
    onToken: (piece: string, tokens: number) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    if (signal.aborted) throw abortError(signal);
    await abortable(this.#released, signal);
    const runtime = this.#runtime;
    if (this.#state.kind === 'failed') throw this.#state.error;
    if (runtime === null || this.#state.kind !== 'ready') {
      throw new EngineError(
        'internal',
        'The model is not loaded, or is busy.',
        'Load the model, then try again.',
      );
    }
    const start = performance.now();
    let settled = false;
    this.#state = { kind: 'generating', tokens: 0, tokensPerSecond: 0 };
    const work = runtime.complete(request, signal, (piece, tokens) => {
      if (settled || signal.aborted) return;
      this.#state = {
        kind: 'generating',
        tokens,
        tokensPerSecond: (tokens * 1000) / (performance.now() - start),
      };
      if (piece !== '') onToken(piece, tokens);
    });
    this.#released = work.catch(() => undefined);
    try {
      return await abortable(work, signal);
    } finally {
      settled = true;
      if (this.#runtime === runtime) this.#state = { kind: 'ready' };
    }
  }

  async unload(): Promise<void> {
    const unloads = this.#unloads;
    this.#unloads = new AbortController();
    unloads.abort(new EngineError('internal', 'The model was unloaded.', 'Load it again.'));
    await this.#loading?.catch(() => undefined);
    this.#runtime?.end();
    this.#runtime = null;
    this.#state = { kind: 'idle' };
  }
}

function requireFeatures(): void {
  const features = readWasmFeatures();
  if (features.simd && features.exceptions && features.memory64) return;
  throw toEngineError(new Error('The WebAssembly runtime does not support what llama.cpp needs'));
}
