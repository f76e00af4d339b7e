/** What is told when something fails: what happened, why, and what to do next. */
import { EngineError } from '../engines/engine';
import { RuntimeError } from '../runtime/runtime';

export interface Trouble {
  readonly what: string;
  readonly why: string;
  readonly nextStep: string;
  /** A traceback or other long text, folded away at first. */
  readonly detail: string | null;
  /** Line of the program, 1-based, where known. */
  readonly line: number | null;
}

export function trouble(what: string, why: string, nextStep: string): Trouble {
  return { what, why, nextStep, detail: null, line: null };
}

/** Turns anything thrown into a trouble; `what` says in words which act failed. */
export function troubleFrom(error: unknown, what: string): Trouble {
  if (error instanceof RuntimeError) {
    return {
      what,
      why: error.message,
      nextStep: error.nextStep,
      detail: error.traceback,
      line: error.line,
    };
  }
  if (error instanceof EngineError) return trouble(what, error.message, error.nextStep);
  const why = error instanceof Error ? error.message : String(error);
  return trouble(what, why, 'Try again; if it happens again, reload the page.');
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
