/** llama.cpp in its worker, through wllama: started once, ended once. */
import type { RawCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import { abortError } from './abort';
import { EngineError, type GenerateRequest, type GenerateResult } from './engine';
import { describeCause, toEngineError } from './errors';
import type { ModelFiles } from './wllama-files';

/** Prompt tokens a step: a cancelled prompt holds the runtime until its step ends. Shorter steps read slower. */
const BATCH_TOKENS = 64;
/** An answer with less room than this is not begun. */
const LEAST_ANSWER_TOKENS = 64;
const LOG_LINES = 20;

export class Runtime {
  readonly #log: string[] = [];
  #wllama: Wllama | null = null;
  #ended = false;
  #fail: (cause: unknown) => void = () => undefined;
  /** Rejects when the worker cannot start or breaks: wllama's own promises would wait for ever. */
  readonly #failure = new Promise<never>((_, reject) => (this.#fail = reject));

  constructor(private readonly onCrash: (error: EngineError) => void) {
    this.#failure.catch(() => undefined);
  }

  async start(
    { weights, program }: ModelFiles,
    contextTokens: number,
    threads: number,
  ): Promise<void> {
    const { Wllama: Library } = await import('@wllama/wllama/esm/index.js');
    if (this.#ended) return;
    const note = (...said: unknown[]): void => {
      const event = said.find((part) => part instanceof Event);
      if (event instanceof ErrorEvent) this.#fail(new Error(`worker: ${event.message}`));
      this.#log.push(said.map(describeCause).join(' '));
      this.#log.splice(0, this.#log.length - LOG_LINES);
    };
    const logger = { debug: () => undefined, log: () => undefined, warn: note, error: note };
    const address = URL.createObjectURL(program);
    this.#wllama = new Library({ default: address }, { logger });
    // Without this, Safari would be sent to fetch another build from a public server.
    this.#wllama.setCompat(null);
    const loading = this.#wllama.loadModel(weights, {
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
      // wllama itself does not look whether llama.cpp could read the model.
      if (!(this.#wllama.getLoadedContextInfo().n_vocab > 0)) throw new Error('not loaded');
    } catch (cause) {
      throw this.#loadError(cause);
    } finally {
      URL.revokeObjectURL(address);
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
