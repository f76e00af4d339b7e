/**
 * The calls made to one worker. Whatever comes from the worker is hostile until it has passed here: its length, its
 * shape, the call it belongs to and the time it took. One bad message ends the worker and every call that waits for it.
 */
import type { WorkerRequest } from '../../workers/wire';
import {
  cancelledWorkerError,
  deadlineError,
  diedError,
  failureError,
  protocolError,
  stallError,
} from './errors';
import {
  CANCEL_MILLISECONDS,
  defaultDeadline,
  replyCharacters,
  STALL_MILLISECONDS,
  UNASKED_PER_SECOND,
} from './limits';
import { progressSchemas, resultSchemas, type HostMethod, type HostMethods } from './protocol';
import type { CallOptions, RuntimeError } from './runtime';
import { replySchema, type Reply, type Step } from './wire';

/** The worker's end of the line: a port, and a way to end it that never fails. */
export interface Line {
  readonly port: MessagePort;
  terminate(): void;
}

export interface ConversationLimits {
  readonly stallMilliseconds: number;
  readonly cancelMilliseconds: number;
}

interface Pending {
  readonly method: HostMethod;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  /** Takes back the timer and the abort listener. */
  readonly release: () => void;
}

export class Conversation {
  readonly #line: Line;
  readonly #limits: ConversationLimits;
  readonly #pending = new Map<number, Pending>();
  /** Calls given up by the caller, until the worker confirms; each holds the timer that ends the worker. */
  readonly #cancelling = new Map<number, { method: HostMethod; timer: Timer }>();
  #onQuiet: (() => void)[] = [];
  #onEnd: ((error: RuntimeError) => void)[] = [];
  #lastId = 0;
  #ended: RuntimeError | null = null;
  #stall: Timer | null = null;
  #heard = 0;
  #unasked = { second: 0, count: 0 };

  constructor(line: Line, limits: Partial<ConversationLimits> = {}) {
    this.#line = line;
    this.#limits = {
      stallMilliseconds: limits.stallMilliseconds ?? STALL_MILLISECONDS,
      cancelMilliseconds: limits.cancelMilliseconds ?? CANCEL_MILLISECONDS,
    };
    line.port.onmessage = (event: MessageEvent<unknown>) => this.#receive(event);
    line.port.onmessageerror = () => this.end(protocolError('a message that cannot be read'));
  }

  /** Why the worker was ended, or null while it lives. */
  get ended(): RuntimeError | null {
    return this.#ended;
  }

  /** Resolves when no cancelled call is left in the worker; the worker may have been ended for it. */
  async quiet(): Promise<void> {
    if (this.#cancelling.size === 0) return;
    await new Promise<void>((resolve) => this.#onQuiet.push(resolve));
  }

  /** Called once, when the worker is ended. */
  onEnd(listener: (error: RuntimeError) => void): void {
    this.#onEnd.push(listener);
  }

  /** Sends a call at once. The deadline counts from here. */
  request<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
    options: CallOptions<M> = {},
  ): Promise<HostMethods[M]['result']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    const { signal, onProgress } = options;
    const milliseconds = options.deadline ?? defaultDeadline(method, params);
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.end(deadlineError(milliseconds)), milliseconds);
      const abort = (): void => this.#abandon(id, signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const release = (): void => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', abort);
      };
      this.#pending.set(id, {
        method,
        resolve: resolve as (result: unknown) => void,
        reject,
        onProgress: onProgress as ((progress: unknown) => void) | undefined,
        release,
      });
      this.#send({ kind: 'call', id, method, params: JSON.stringify(params) });
      this.#watch();
    });
  }

  /** Ends the worker and rejects every pending call with `error`. The first call decides. */
  end(error: RuntimeError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#line.terminate();
    this.#line.port.onmessage = null;
    this.#line.port.close();
    if (this.#stall !== null) clearTimeout(this.#stall);
    for (const call of this.#pending.values()) {
      call.release();
      call.reject(error);
    }
    this.#pending.clear();
    for (const { timer } of this.#cancelling.values()) clearTimeout(timer);
    this.#cancelling.clear();
    this.#announceQuiet();
    for (const listener of this.#onEnd.splice(0)) listener(error);
  }

  #send(request: WorkerRequest): void {
    this.#line.port.postMessage(request);
  }

  #abandon(id: number, reason: unknown): void {
    const call = this.#take(id);
    if (!call) return;
    const timer = setTimeout(
      () => this.end(cancelledWorkerError()),
      this.#limits.cancelMilliseconds,
    );
    this.#cancelling.set(id, { method: call.method, timer });
    this.#send({ kind: 'cancel', id });
    call.reject(reason);
  }

  #take(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    if (call) {
      this.#pending.delete(id);
      call.release();
    }
    return call;
  }

  /** Ends the worker when it is silent for too long while it owes an answer. */
  #watch(): void {
    if (this.#stall !== null) return;
    const limit = this.#limits.stallMilliseconds;
    const check = (grace: boolean): void => {
      this.#stall = null;
      if (this.#pending.size === 0) return;
      const left = this.#heard + limit - performance.now();
      if (left > 0) this.#stall = setTimeout(() => check(true), left);
      // After a sleep of the machine the timer may come before the messages that wait.
      else if (grace) this.#stall = setTimeout(() => check(false), 50);
      else this.end(stallError(limit));
    };
    this.#heard = performance.now();
    this.#stall = setTimeout(() => check(true), limit);
  }

  #receive(event: MessageEvent<unknown>): void {
    if (this.#ended) return;
    const message = event.data;
    if (typeof message !== 'string') return this.end(protocolError('something that is no text'));
    if (event.ports.length > 0) return this.end(protocolError('a channel of its own'));
    if (message.length > this.#longestReply()) return this.end(protocolError('too long a message'));
    const reply = parseReply(message);
    if (!reply) return this.end(protocolError('a malformed message'));
    if (!this.#isAnswer(reply) && this.#isFlood()) {
      return this.end(protocolError('more messages than it may'));
    }
    this.#heard = performance.now();
    this.#dispatch(reply, message.length);
  }

  #isAnswer(reply: Reply): boolean {
    const running = 'step' in reply && reply.step.state === 'running';
    return !running && this.#pending.has(reply.id);
  }

  #isFlood(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (this.#unasked.second !== second) this.#unasked = { second, count: 0 };
    return ++this.#unasked.count > UNASKED_PER_SECOND;
  }

  #longestReply(): number {
    let longest = 10_000;
    for (const { method } of this.#pending.values()) {
      longest = Math.max(longest, replyCharacters[method]);
    }
    for (const { method } of this.#cancelling.values()) {
      longest = Math.max(longest, replyCharacters[method]);
    }
    return longest;
  }

  #dispatch(reply: Reply, length: number): void {
    const { id } = reply;
    if ('died' in reply) return this.end(diedError(reply.died.message));
    const cancelling = this.#cancelling.get(id);
    if (cancelling) return this.#settleCancelled(id, cancelling.timer, reply);
    const call = this.#pending.get(id);
    if (!call) {
      // A number never given out is ignored; one already answered was answered twice.
      if (id >= 1 && id <= this.#lastId) this.end(protocolError('a second answer to one call'));
      return;
    }
    if ('cancelled' in reply) return this.end(protocolError('a cancellation nobody asked for'));
    if (length > replyCharacters[call.method]) return this.end(protocolError('too long a message'));
    this.#settle(id, call, reply.step);
  }

  #settleCancelled(id: number, timer: Timer, reply: Reply): void {
    if ('step' in reply && reply.step.state === 'running') return;
    clearTimeout(timer);
    this.#cancelling.delete(id);
    if (this.#cancelling.size === 0) this.#announceQuiet();
  }

  #settle(id: number, call: Pending, step: Step): void {
    if (step.state === 'running') return this.#report(call, step.progress);
    if (step.state === 'failed') {
      const error = failureError(step.error);
      if (error.name !== 'ProgramError') return this.end(error);
      this.#take(id);
      return call.reject(error);
    }
    const result = checked(resultSchemas[call.method], step.result);
    if (!result.valid) {
      return this.end(protocolError(`an answer to "${call.method}" of the wrong shape`));
    }
    this.#take(id);
    call.resolve(result.value);
  }

  #report(call: Pending, progress: unknown): void {
    if (progress === null || progress === undefined) return;
    const { method } = call;
    const schema = method in progressSchemas ? progressSchemas[method as ProgressMethod] : null;
    const result = schema ? checked(schema, progress) : { valid: false as const };
    if (!result.valid) {
      return this.end(protocolError(`progress of "${method}" of the wrong shape`));
    }
    call.onProgress?.(result.value);
  }

  #announceQuiet(): void {
    for (const listener of this.#onQuiet.splice(0)) listener();
  }
}

type Timer = ReturnType<typeof setTimeout>;
type ProgressMethod = keyof typeof progressSchemas;

interface Schema {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false };
}

/** Parses by the schema; a value nested so deeply that the parser runs out of stack is not valid. */
function checked(
  schema: Schema,
  value: unknown,
): { valid: true; value: unknown } | { valid: false } {
  try {
    const parsed = schema.safeParse(value);
    return parsed.success ? { valid: true, value: parsed.data } : { valid: false };
  } catch {
    return { valid: false };
  }
}

function parseReply(message: string): Reply | null {
  try {
    const parsed = checked(replySchema, JSON.parse(message));
    return parsed.valid ? (parsed.value as Reply) : null;
  } catch {
    return null;
  }
}
