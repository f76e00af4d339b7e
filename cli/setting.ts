/** Where a command runs. */
import type { Runtime } from '../src/runtime/runtime';

/** Where the project and its built runtime are, and what stands for the terminal. */
export interface Setting {
  readonly root: string;
  readonly runtime: string;
  /** Of the runtime, the checker in it included: results of another version are made anew. */
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Asks the person for a line; null when there is no more. Rejects when the signal aborts. */
  readonly ask: (prompt: string) => Promise<string | null>;
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/** Starts the Python side; what is started is ended with the command. */
export type Start = () => Runtime;
