/** The phases of writing a program, and how one follows from another. Pure. */
import type { LoadProgress } from '../engines/engine';
import type { Progress } from '../runtime/protocol';
import type { Trouble } from '../app/trouble';

/** How one candidate came out. */
export interface Tried {
  readonly seed: number;
  readonly temperature: number;
  readonly outcome:
    | { readonly kind: 'sound'; readonly score: number }
    | { readonly kind: 'flawed'; readonly score: number; readonly message: string }
    | { readonly kind: 'broken'; readonly message: string };
}

/** What went wrong decides what the page offers next. */
export type FailureReason = 'rules' | 'unknown-game' | 'model' | 'program';

export type Writing =
  | { readonly kind: 'idle'; readonly note: string | null }
  /** `progress` is null while the fetched model is being compiled. */
  | {
      readonly kind: 'loading-model';
      readonly progress: LoadProgress | null;
      /** Not empty when the model is loaded again in between. */
      readonly tried: readonly Tried[];
    }
  | { readonly kind: 'reading-prompt'; readonly tried: readonly Tried[] }
  | {
      readonly kind: 'writing';
      readonly tried: readonly Tried[];
      readonly text: string;
      readonly tokens: number;
      readonly tokensPerSecond: number;
    }
  | { readonly kind: 'tidying'; readonly tried: readonly Tried[]; readonly text: string }
  | {
      readonly kind: 'checking';
      readonly tried: readonly Tried[];
      readonly text: string;
      readonly progress: Progress | null;
    }
  | {
      readonly kind: 'done';
      readonly tried: readonly Tried[];
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      readonly trouble: Trouble;
      readonly tried: readonly Tried[];
      /** What the model wrote last; empty when it wrote nothing. */
      readonly text: string;
    };

export type WritingEvent =
  | { readonly type: 'start' }
  | { readonly type: 'load-progress'; readonly progress: LoadProgress | null }
  | { readonly type: 'prompt-sent' }
  | {
      readonly type: 'token';
      readonly piece: string;
      readonly tokens: number;
      readonly tokensPerSecond: number;
    }
  | { readonly type: 'written'; readonly text: string }
  | { readonly type: 'check-progress'; readonly progress: Progress | null }
  | { readonly type: 'tried'; readonly tried: Tried }
  | { readonly type: 'done'; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly reason: FailureReason; readonly trouble: Trouble }
  | { readonly type: 'cancelled' };

export const idle: Writing = { kind: 'idle', note: null };

export function isBusy(writing: Writing): boolean {
  return writing.kind !== 'idle' && writing.kind !== 'done' && writing.kind !== 'failed';
}

export function triedOf(writing: Writing): readonly Tried[] {
  return 'tried' in writing ? writing.tried : [];
}

/** The program text on its way; empty before the first token. */
export function textOf(writing: Writing): string {
  return 'text' in writing ? writing.text : '';
}

export function reduceWriting(state: Writing, event: WritingEvent): Writing {
  const tried = triedOf(state);
  switch (event.type) {
    case 'start':
      return { kind: 'loading-model', progress: null, tried: [] };
    case 'load-progress':
      return { kind: 'loading-model', progress: event.progress, tried };
    case 'prompt-sent':
      return { kind: 'reading-prompt', tried };
    case 'token':
      return {
        kind: 'writing',
        tried,
        text: (state.kind === 'writing' ? state.text : '') + event.piece,
        tokens: event.tokens,
        tokensPerSecond: event.tokensPerSecond,
      };
    case 'written':
      return { kind: 'tidying', tried, text: event.text };
    case 'check-progress':
      return { kind: 'checking', tried, text: textOf(state), progress: event.progress };
    case 'tried':
      // The next phase follows at once; until then the phase stays and the list grows.
      return { kind: 'tidying', tried: [...tried, event.tried], text: textOf(state) };
    case 'done':
      return { kind: 'done', tried, milliseconds: event.milliseconds };
    case 'failed':
      return {
        kind: 'failed',
        reason: event.reason,
        trouble: event.trouble,
        tried,
        text: textOf(state),
      };
    case 'cancelled':
      return isBusy(state)
        ? { kind: 'idle', note: 'Cancelled. The rules and the earlier program are as they were.' }
        : state;
  }
}

/** What happened over all candidates, in a sentence or two; empty when the first one was sound. */
export function triedInWords(tried: readonly Tried[]): string {
  const last = tried.at(-1);
  if (last === undefined || (tried.length === 1 && last.outcome.kind === 'sound')) return '';
  const words = tried.map((one, index) => {
    const which = `Candidate ${index + 1}`;
    if (one.outcome.kind === 'broken') return `${which} did not run: ${one.outcome.message}`;
    const score = Math.round(one.outcome.score * 100);
    if (one.outcome.kind === 'sound') return `${which} passed with ${score} of 100`;
    return `${which} reached ${score} of 100: ${one.outcome.message}`;
  });
  return `${words.map((text) => text.replace(/[.\s]+$/, '')).join('. ')}.`;
}
