/** llama.cpp in WebAssembly (wllama) behind the engine interface. */
import type { RawCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import wasmAddress from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { abortable, abortError } from './abort';
import { absoluteAddress, type WllamaModel } from './catalogue';
import {
  EngineError,
  type Engine,
  type EngineInfo,
  type EngineState,
  type GenerateRequest,
  type GenerateResult,
} from './engine';
import { describeCause, toEngineError } from './errors';
import { readWasmFeatures, threadCount } from './features';
import { cacheStore, makeReady, type FileSpec, type FileStore } from './files';
import { loadManifest, manifestFiles, readKeptManifest } from './manifest';
import { ProgressMeter, throttled } from './progress';

/** Prompt tokens a step: a cancelled prompt holds the runtime until its step ends. */
const BATCH_TOKENS = 32;
/** An answer with less room than this is not begun. */
const LEAST_ANSWER_TOKENS = 64;
const LOG_LINES = 20;

type Move = (state: EngineState) => void;

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

async function fetchModel(model: WllamaModel, move: Move, signal: AbortSignal): Promise<Blob[]> {
  const store = storeOf(model);
  const specs = await fileSpecs(model, store, signal);
  const meter = new ProgressMeter();
  const report = throttled(() => move({ kind: 'fetching', progress: meter.snapshot() }));
  const ready = await makeReady(specs, {
    store,
    signal,
    meter,
    onProgress: report.call,
    checkKept: true,
  });
  report.flush();
  return await Promise.all(
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
}

/** One llama.cpp in its worker: started once, ended once. */
class Runtime {
  readonly #log: string[] = [];
  #wllama: Wllama | null = null;
  #ended = false;
  #fail: (cause: unknown) => void = () => undefined;
  /** Rejects when the worker cannot start or breaks: wllama's own promises would wait for ever. */
  readonly #failure = new Promise<never>((_, reject) => (this.#fail = reject));

  constructor(private readonly onCrash: (error: EngineError) => void) {
    this.#failure.catch(() => undefined);
  }

  async start(files: Blob[], contextTokens: number, threads: number): Promise<void> {
    const { Wllama: Library } = await import('@wllama/wllama/esm/index.js');
    if (this.#ended) return;
    const note = (...said: unknown[]): void => {
      const event = said.find((part) => part instanceof Event);
      if (event instanceof ErrorEvent) this.#fail(new Error(`worker: ${event.message}`));
      this.#log.push(said.map(describeCause).join(' '));
      this.#log.splice(0, this.#log.length - LOG_LINES);
    };
    const logger = { debug: () => undefined, log: () => undefined, warn: note, error: note };
    this.#wllama = new Library({ default: wasmAddress }, { logger });
    // Without this, Safari would be sent to fetch another build from a public server.
    this.#wllama.setCompat(null);
    const loading = this.#wllama.loadModel(files, {
      n_ctx: contextTokens,
      n_threads: threads,
      n_batch: BATCH_TOKENS,
      n_ubatch: BATCH_TOKENS,
      n_parallel: 1,
      // llama.cpp's WebGPU path needs shader-f16 and falls back in silence: the processor always does the same.
      n_gpu_layers: 0,
      warmup: false,
    });
    try {
      await Promise.race([loading, this.#failure]);
    } catch (cause) {
      throw this.#loadError(cause);
    }
  }

  /** llama.cpp says only "failed" when it cannot read a model: what it wrote before tells why. */
  #loadError(cause: unknown): EngineError {
    const error = toEngineError(cause, this.#log);
    if (error.code !== 'internal') return error;
    const line =
      this.#log.findLast((said) => /error|fail|invalid|unknown|unsupported/i.test(said)) ?? '';
    return new EngineError(
      'corrupt',
      `llama.cpp cannot read this model${line === '' ? '' : ` (${line.trim().slice(0, 200)})`}.`,
      'Choose another model, or another file of it: a GGUF file of a text model.',
      { cause },
    );
  }

  async complete(
    request: GenerateRequest,
    signal: AbortSignal,
    onPiece: (piece: string, tokens: number) => void,
  ): Promise<GenerateResult> {
    const wllama = this.#wllama;
    if (wllama === null)
      throw new EngineError('internal', 'The model is not loaded.', 'Load it, then try again.');
    const start = performance.now();
    const stopping = new AbortController();
    const answer = new Answer(wllama.getLoadedContextInfo().n_ctx, request.maxTokens);
    const work = wllama.createCompletion({
      ...samplingOf(request),
      stream: true,
      abortSignal: AbortSignal.any([signal, stopping.signal]),
      onData: (chunk) => {
        const piece = answer.take(chunk);
        if (answer.overflow !== null) stopping.abort(answer.overflow);
        else onPiece(piece, answer.tokens);
      },
    });
    try {
      await Promise.race([work, this.#failure]);
    } catch (cause) {
      if (answer.overflow !== null) throw answer.overflow;
      if (signal.aborted) throw abortError(signal);
      const error = toEngineError(cause, this.#log);
      if (error.code !== 'context-overflow') this.onCrash(error);
      throw error;
    }
    return answer.result(performance.now() - start);
  }

  end(): void {
    this.#ended = true;
    this.#fail(new EngineError('internal', 'The model was unloaded.', 'Load it again.'));
    void this.#wllama?.exit();
    this.#wllama = null;
  }
}

/** The request in llama.cpp's words; everything that could default otherwise is named, so that a seed is enough. */
function samplingOf(request: GenerateRequest) {
  return {
    prompt: request.prompt,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP ?? 1,
    top_k: 0,
    min_p: 0,
    seed: request.seed,
    stop: [...request.stop],
    cache_prompt: true,
    return_progress: true,
    timings_per_token: true,
  };
}

/** Gathers the chunks of one answer. */
class Answer {
  tokens = 0;
  overflow: EngineError | null = null;
  #text = '';
  #promptTokens = 0;
  #finish: GenerateResult['finish'] = 'length';

  constructor(
    private readonly contextTokens: number,
    private readonly maxTokens: number,
  ) {}

  take(chunk: RawCompletionChunk): string {
    const { prompt_progress: prompt, timings } = chunk;
    if (prompt !== undefined) this.#readPrompt(prompt.total);
    if (timings !== undefined) {
      this.tokens = timings.predicted_n;
      this.#promptTokens = timings.prompt_n + timings.cache_n;
    }
    const choice = chunk.choices[0];
    if (choice?.finish_reason === 'stop') this.#finish = 'stop';
    const piece = choice?.text ?? '';
    this.#text += piece;
    return piece;
  }

  /** The first step tells how long the prompt is: an answer that cannot fit is stopped before it begins. */
  #readPrompt(total: number): void {
    this.#promptTokens = total;
    const needed = total + Math.min(this.maxTokens, LEAST_ANSWER_TOKENS);
    if (needed <= this.contextTokens) return;
    this.overflow = new EngineError(
      'context-overflow',
      `The rules take ${total} tokens and leave no room for an answer: this model holds ${this.contextTokens}.`,
      'Shorten the rules, or choose a model with a larger context.',
    );
  }

  result(milliseconds: number): GenerateResult {
    return {
      text: this.#text,
      promptTokens: this.#promptTokens,
      tokens: this.tokens,
      milliseconds,
      finish: this.#finish,
    };
  }
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
