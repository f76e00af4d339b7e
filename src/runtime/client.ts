/** The page's client of the Python workers: `createRuntime()` is the one way in. */
import { Conversation } from './conversation';
import { closedError, diedError, replacedError, sourceTooLongError } from './errors';
import { SOURCE_CHARACTERS } from './limits';
import { Pool, type WorkerSource } from './pool';
import type { HostMethod, HostMethods } from './protocol';
import {
  RuntimeError,
  type CallOptions,
  type ProgramSession,
  type Runtime,
  type RuntimeState,
} from './runtime';
import { Sandbox } from './sandbox';

export interface RuntimeOptions {
  /** The folder of the runtime's files; by default `runtime/` under the page's base. */
  readonly base?: string | URL;
  /** False starts Python from the beginning. */
  readonly snapshot?: boolean;
  /** Milliseconds a working program may be silent. */
  readonly stallMilliseconds?: number;
  /** Where workers come from instead of the sandbox; for tests outside a browser. */
  readonly createSource?: (onStage: (stage: string) => void) => Promise<WorkerSource>;
}

/** Starts the runtime in the background; `subscribe` tells when a worker is warm, calls before that wait for it. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  return new SandboxRuntime(options);
}

class SandboxRuntime implements Runtime {
  readonly #pool: Pool;
  readonly #options: RuntimeOptions;
  readonly #listeners = new Set<(state: RuntimeState) => void>();
  readonly #sessions = new Set<Session>();
  #state: RuntimeState = { kind: 'starting', stage: 'Fetching Python' };

  constructor(options: RuntimeOptions) {
    this.#options = options;
    const createSource = options.createSource ?? ((onStage) => createSandbox(options, onStage));
    this.#pool = new Pool(createSource, (state) => this.#setState(state));
  }

  getState(): RuntimeState {
    return this.#state;
  }

  subscribe(listener: (state: RuntimeState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  session(): ProgramSession {
    const session = new Session(this.#pool, this.#options, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    return session;
  }

  dispose(): void {
    for (const session of [...this.#sessions]) session.close();
    this.#pool.dispose();
    this.#listeners.clear();
  }

  #setState(state: RuntimeState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function createSandbox(
  options: RuntimeOptions,
  onStage: (stage: string) => void,
): Promise<WorkerSource> {
  const page = new URL(import.meta.env.BASE_URL, document.baseURI);
  const base = new URL(options.base ?? new URL('runtime/', page), document.baseURI);
  return Sandbox.create({ base, useSnapshot: options.snapshot ?? true, onStage });
}

class Session implements ProgramSession {
  readonly #pool: Pool;
  readonly #options: RuntimeOptions;
  readonly #onClose: () => void;
  readonly #live = new Set<Conversation>();
  #conversation: Conversation | null = null;
  /** The program of the session, opened again on a new worker when the old one is gone. */
  #source: string | null = null;
  /** The one program that may have run in the current worker, and whether it is open there. */
  #ran: { readonly source: string; open: boolean } | null = null;
  #closed = false;
  /** Calls are sent in the order they were made; an `open` is waited for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pool: Pool, options: RuntimeOptions, onClose: () => void) {
    this.#pool = pool;
    this.#options = options;
    this.#onClose = onClose;
  }

  async call<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
    options: CallOptions<M> = {},
  ): Promise<HostMethods[M]['result']> {
    const { signal } = options;
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    if ('source' in params && params.source.length > SOURCE_CHARACTERS) {
      throw sourceTooLongError(SOURCE_CHARACTERS);
    }
    const sent = this.#turn.then(() => {
      signal?.throwIfAborted();
      return this.#send(method, params, options);
    });
    this.#turn = sent.catch(() => undefined);
    const { answer } = await abortable(sent, signal);
    return answer;
  }

  close(): void {
    this.#closed = true;
    for (const conversation of [...this.#live]) conversation.end(closedError());
    this.#onClose();
  }

  /** Resolves when the call is on its way; the answer is wrapped, so that it is not waited for here. */
  async #send<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
    options: CallOptions<M>,
  ): Promise<{ answer: Promise<HostMethods[M]['result']> }> {
    let answer: Promise<HostMethods[M]['result']>;
    if (method === 'open') {
      answer = this.#open(params as OpenParams, options);
      await answer;
    } else if (method === 'compare') {
      answer = this.#compare(method, params, options);
    } else {
      const conversation = await this.#current();
      if (method !== 'tune') await this.#reopen(conversation);
      options.signal?.throwIfAborted();
      answer = conversation.request(method, params, options);
    }
    // The caller sees a rejection; this keeps it from being reported as unhandled before that.
    answer.catch(() => undefined);
    return { answer };
  }

  async #open<M extends HostMethod>(
    params: OpenParams,
    options: CallOptions<M>,
  ): Promise<HostMethods[M]['result']> {
    this.#source = null;
    if (this.#ran && this.#ran.source !== params.source) this.#conversation?.end(replacedError());
    const conversation = await this.#current();
    options.signal?.throwIfAborted();
    const ran = { source: params.source, open: false };
    this.#ran = ran;
    try {
      return await conversation.request('open', params, options as CallOptions<'open'>);
    } finally {
      ran.open = !conversation.ended;
      // A program that does not load stays open too: a check says what is wrong with it.
      if (ran.open && !options.signal?.aborted) this.#source = params.source;
    }
  }

  /** Runs in a worker of its own, which ends with it: two programs never share one that goes on serving. */
  async #compare<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
    options: CallOptions<M>,
  ): Promise<HostMethods[M]['result']> {
    const source = this.#source;
    const conversation = await this.#fresh();
    try {
      if (source !== null) await openAgain(conversation, source);
      options.signal?.throwIfAborted();
      return await conversation.request(method, params, options);
    } finally {
      conversation.end(closedError());
    }
  }

  /** Opens the session's program in a worker that took the place of another. */
  async #reopen(conversation: Conversation): Promise<void> {
    const source = this.#source;
    if (source === null || this.#ran?.open) return;
    const ran = { source, open: false };
    this.#ran = ran;
    await openAgain(conversation, source);
    ran.open = true;
  }

  /** The live worker, or a fresh one when it is gone. */
  async #current(): Promise<Conversation> {
    await this.#conversation?.quiet();
    if (this.#conversation && !this.#conversation.ended) return this.#conversation;
    this.#conversation = null;
    this.#ran = null;
    this.#conversation = await this.#fresh();
    return this.#conversation;
  }

  async #fresh(): Promise<Conversation> {
    const worker = await this.#pool.take();
    const { stallMilliseconds } = this.#options;
    const limits = stallMilliseconds === undefined ? {} : { stallMilliseconds };
    const conversation = new Conversation(worker, limits);
    worker.onDied = (message) => conversation.end(diedError(message));
    this.#live.add(conversation);
    conversation.onEnd(() => this.#live.delete(conversation));
    if (this.#closed) {
      const error = closedError();
      conversation.end(error);
      throw error;
    }
    return conversation;
  }
}

/** Opens a program that was opened before; that it does not load is told by the call that follows. */
async function openAgain(conversation: Conversation, source: string): Promise<void> {
  try {
    await conversation.request('open', { source });
  } catch (error) {
    if (conversation.ended) throw error;
  }
}

type OpenParams = HostMethods['open']['params'];

/** Rejects with the signal's reason as soon as it is aborted; the promise itself goes on. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}

export { RuntimeError };
