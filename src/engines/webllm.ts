/** WebLLM behind the engine interface: one dedicated worker a loaded model, ended to stop a load. */
import * as Comlink from 'comlink';
import { abortable, abortError } from './abort';
import { absoluteAddress, MANIFEST_FILE, type WebllmModel } from './catalogue';
import {
  EngineError,
  type Engine,
  type EngineInfo,
  type EngineState,
  type GenerateRequest,
  type GenerateResult,
} from './engine';
import { fromFailure, toEngineError } from './errors';
import { ggufCache } from './gguf-files';
import { folderAddress, type Outcome, type WebllmApi, type WebllmPlan } from './webllm-protocol';

/** What the worker is told of a model. */
export function planFor(model: WebllmModel): WebllmPlan {
  const base = document.baseURI;
  const known = (model.files ?? []).map(
    ({ name, bytes, sha256 }) => [name, { bytes, sha256 }] as const,
  );
  const { weights, contextTokens, requiredFeatures, largestBindingBytes } = model;
  const manifest = absoluteAddress(`${model.address}/${MANIFEST_FILE}`, base);
  return {
    id: model.id,
    folder: folderAddress(absoluteAddress(model.address, base)),
    library: {
      ...model.library,
      name: 'model library',
      address: absoluteAddress(model.library.address, base),
    },
    known: Object.fromEntries(known),
    contextTokens,
    requiredFeatures,
    largestBindingBytes,
    gguf:
      weights.kind === 'mlc'
        ? null
        : { cache: ggufCache(weights.of), source: { kind: 'manifest', address: manifest } },
  };
}

/** A worker and a promise that rejects when it can no longer answer: comlink's own calls would wait for ever. */
class Session {
  readonly #worker = new Worker(new URL('../../workers/webllm.worker.ts', import.meta.url), {
    type: 'module',
  });
  readonly api = Comlink.wrap<WebllmApi>(this.#worker);
  #die: (error: EngineError) => void = () => undefined;
  readonly #death = new Promise<never>((_, reject) => (this.#die = reject));

  constructor() {
    this.#death.catch(() => undefined);
    this.#worker.addEventListener('error', (event) => this.end(toEngineError(event)));
  }

  /** Resolves with the value, or rejects with the failure, the worker's end, or the abort: whichever is first. */
  async ask<T>(answer: Promise<Outcome<T>>, signal: AbortSignal): Promise<T> {
    const outcome = await abortable(Promise.race([answer, this.#death]), signal);
    if (outcome.ok) return outcome.value;
    throw fromFailure(outcome.failure);
  }

  end(error: EngineError): void {
    this.#worker.terminate();
    this.#die(error);
  }
}

const ENDED = new EngineError('internal', 'The model was unloaded.', 'Load it again.');

export class WebllmEngine implements Engine {
  #state: EngineState = { kind: 'idle' };
  #session: Session | null = null;
  #backend = 'WebGPU';
  /** Settles when the worker has let go of the last request, aborted ones included. */
  #released: Promise<unknown> = Promise.resolve();
  #loading: Promise<void> | null = null;

  constructor(private readonly model: WebllmModel) {}

  getInfo(): EngineInfo {
    const { id, contextTokens } = this.model;
    return { engine: 'webllm', modelId: id, contextTokens, backend: this.#backend };
  }

  getState(): EngineState {
    return this.#state;
  }

  async load(onProgress: (state: EngineState) => void, signal: AbortSignal): Promise<void> {
    while (this.#loading !== null)
      await abortable(
        this.#loading.catch(() => undefined),
        signal,
      );
    if (this.#state.kind === 'ready' || this.#state.kind === 'generating') return;
    this.#loading = this.#load(onProgress, signal);
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
  }

  async #load(onProgress: (state: EngineState) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortError(signal);
    const move = (state: EngineState): void => {
      this.#state = state;
      onProgress(state);
    };
    move({
      kind: 'fetching',
      progress: { loadedBytes: 0, totalBytes: this.model.totalBytes ?? 0, secondsLeft: null },
    });
    const session = new Session();
    this.#session = session;
    try {
      const onState = Comlink.proxy((state: EngineState) => {
        if (this.#session === session) move(state);
      });
      const onLost = Comlink.proxy((reason: string) => this.#lose(session, reason));
      const { backend } = await session.ask(
        session.api.load(planFor(this.model), onState, onLost),
        signal,
      );
      this.#backend = backend;
      this.#released = Promise.resolve();
      move({ kind: 'ready' });
    } catch (cause) {
      session.end(ENDED);
      if (this.#session === session) this.#session = null;
      if (signal.aborted) {
        move({ kind: 'idle' });
        throw abortError(signal);
      }
      const error = toEngineError(cause);
      move(error === ENDED ? { kind: 'idle' } : { kind: 'failed', error });
      throw error;
    }
  }

  #lose(session: Session, reason: string): void {
    if (this.#session !== session) return;
    const error = toEngineError(new Error(`DeviceLost: ${reason}`));
    this.#session = null;
    this.#state = { kind: 'failed', error };
    session.end(error);
  }

  async generate(
    request: GenerateRequest,
    onToken: (piece: string, tokens: number) => void,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    if (signal.aborted) throw abortError(signal);
    await abortable(this.#released, signal);
    const session = this.#session;
    if (this.#state.kind === 'failed') throw this.#state.error;
    if (session === null || this.#state.kind !== 'ready') {
      throw new EngineError(
        'internal',
        'The model is not loaded, or is busy.',
        'Load the model, then try again.',
      );
    }
    const start = performance.now();
    let settled = false;
    this.#state = { kind: 'generating', tokens: 0, tokensPerSecond: 0 };
    const answer = session.api.generate(
      request,
      Comlink.proxy((piece: string, tokens: number) => {
        if (settled || signal.aborted || this.#session !== session) return;
        const tokensPerSecond = (tokens * 1000) / Math.max(1, performance.now() - start);
        this.#state = { kind: 'generating', tokens, tokensPerSecond };
        onToken(piece, tokens);
      }),
    );
    const result = session.ask(answer, signal);
    this.#released = session.ask(answer, new AbortController().signal).catch(() => undefined);
    try {
      return await result;
    } catch (cause) {
      if (signal.aborted) {
        void session.api.interrupt();
        throw abortError(signal);
      }
      const error = toEngineError(cause);
      if (error.code === 'device-lost' || error.code === 'memory')
        this.#lose(session, error.message);
      throw error;
    } finally {
      settled = true;
      if (this.#session === session) this.#state = { kind: 'ready' };
    }
  }

  async unload(): Promise<void> {
    this.#session?.end(ENDED);
    this.#session = null;
    await this.#loading?.catch(() => undefined);
    this.#state = { kind: 'idle' };
  }
}
