/** What the page may ask of the Python side. `client.ts` implements it over the sandbox; stores know only this file. */
import type { HostMethod, HostMethods } from './protocol';

export type RuntimeErrorName =
  | 'ProgramError' // the program itself failed: its message and traceback
  | 'DeadlineError' // took longer than allowed; the worker was ended
  | 'MemoryLimitError' // hit the memory cap
  | 'WorkerDiedError' // the worker crashed, exited or was ended
  | 'ProtocolError' // an answer that is not what the protocol allows (too large, malformed, forged)
  | 'StartError'; // Pyodide could not start

/** An error that can be shown as it is. An abort by the caller rejects with the signal's AbortError instead. */
export class RuntimeError extends Error {
  constructor(
    override readonly name: RuntimeErrorName,
    message: string,
    readonly nextStep: string,
    /** Python's traceback, cut to 4,000 characters, where there is one. */
    readonly traceback: string | null = null,
    /** Line of the program, 1-based, where known. */
    readonly line: number | null = null,
  ) {
    super(message);
  }
}

export interface CallOptions<M extends HostMethod> {
  signal?: AbortSignal;
  /** Milliseconds until the worker is ended; each method has a default. */
  deadline?: number;
  onProgress?: (progress: HostMethods[M]['progress']) => void;
}

/** One worker, one program. After any error but ProgramError the session is dead and `call` opens the program again on a spare. */
export interface ProgramSession {
  call<M extends HostMethod>(
    method: M,
    params: HostMethods[M]['params'],
    options?: CallOptions<M>,
  ): Promise<HostMethods[M]['result']>;
  close(): void;
}

export type RuntimeState =
  | { readonly kind: 'starting'; readonly stage: string }
  | { readonly kind: 'ready'; readonly startMilliseconds: number; readonly snapshot: boolean }
  | { readonly kind: 'failed'; readonly error: RuntimeError };

export interface Runtime {
  getState(): RuntimeState;
  subscribe(listener: (state: RuntimeState) => void): () => void;
  /** A session on a warm worker; its program is set by calling `open`. */
  session(): ProgramSession;
  dispose(): void;
}
