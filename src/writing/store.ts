/** Writing: rules text in, checked program out. Loads the model, streams the program, checks it, tries again. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isAbort, trouble, troubleFrom, type Trouble } from '../app/trouble';
import type { Model, Services, Verdict } from '../app/service-types';
import { flaws, isSound, loadAndCheck, type Checked } from '../checking/load';
import type { Engine, EngineState } from '../engines/engine';
import { recovering, type RecoveringEngine } from '../engines/recovering';
import { rulesTrouble } from '../rules/limits';
import type { Scenario } from '../runtime/protocol';
import { RuntimeError } from '../runtime/runtime';
import { idle, isBusy, reduceWriting, type Tried, type Writing, type WritingEvent } from './state';

/** The candidates that are written until one is sound: greedy first, then looser ones. */
export const ATTEMPTS = [
  { seed: 0, temperature: 0 },
  { seed: 1, temperature: 0.4 },
  { seed: 2, temperature: 0.7 },
] as const;

export interface WritingState {
  readonly writing: Writing;
  readonly write: () => Promise<void>;
  readonly cancel: () => void;
}

export type WritingStore = StoreApi<WritingState>;

export interface WritingDeps extends Pick<Services, 'runtime' | 'now'> {
  readonly rules: () => string;
  /** The person's own scenarios, which every candidate is checked against. */
  readonly scenarios: () => readonly Scenario[];
  readonly model: () => Model;
  readonly verdict: () => Verdict | undefined;
  readonly engine: () => Promise<Engine>;
  /** Takes the best candidate; the session goes with it. */
  readonly adopt: (checked: Checked, model: Model) => void;
}

type Dispatch = (event: WritingEvent) => void;
type Attempt = (typeof ATTEMPTS)[number];

/** A failure of which the reason is known already. */
class WritingFailure extends Error {
  constructor(
    readonly reason: 'unknown-game' | 'model' | 'program',
    readonly trouble: Trouble,
  ) {
    super(trouble.why);
  }
}

export function createWritingStore(deps: WritingDeps): WritingStore {
  let work = new AbortController();

  return createStore<WritingState>((set, get) => {
    const dispatch: Dispatch = (event) => {
      set((state) => ({ writing: reduceWriting(state.writing, event) }));
    };
    return {
      writing: idle,
      async write() {
        if (isBusy(get().writing)) return;
        const model = deps.model();
        const refused = refusal(deps, model);
        if (refused !== null) {
          dispatch({ type: 'start' });
          dispatch({ type: 'failed', ...refused });
          return;
        }
        work = new AbortController();
        const { signal } = work;
        // After a cancel the flow may still be winding up: nothing of it may show.
        const say: Dispatch = (event) => {
          if (!signal.aborted) dispatch(event);
        };
        try {
          await writeProgram(deps, model, say, signal);
        } catch (error) {
          if (signal.aborted) return;
          if (isAbort(error)) dispatch({ type: 'cancelled' });
          else dispatch({ type: 'failed', ...failureOf(error) });
        }
      },
      cancel() {
        work.abort();
        dispatch({ type: 'cancelled' });
      },
    };
  });
}

/** Why no model call is made at all; null when there is nothing against it. */
function refusal(deps: WritingDeps, model: Model) {
  const rules = rulesTrouble(deps.rules(), model.rulesCharacters);
  if (rules !== null) return { reason: 'rules', trouble: rules } as const;
  const verdict = deps.verdict();
  if (verdict?.kind !== 'cannot') return null;
  const what = `${model.title} cannot run in this browser`;
  return { reason: 'model', trouble: trouble(what, verdict.reason, verdict.nextStep) } as const;
}

function failureOf(error: unknown) {
  if (error instanceof WritingFailure) return { reason: error.reason, trouble: error.trouble };
  return { reason: 'model', trouble: troubleFrom(error, 'The model could not write') } as const;
}

async function writeProgram(
  deps: WritingDeps,
  model: Model,
  say: Dispatch,
  signal: AbortSignal,
): Promise<void> {
  const began = deps.now();
  say({ type: 'start' });
  const onState = (state: EngineState): void => {
    if (state.kind === 'fetching') say({ type: 'load-progress', progress: state.progress });
    else if (state.kind === 'compiling') say({ type: 'load-progress', progress: null });
  };
  const engine = recovering(await deps.engine(), {
    onReload: onState,
    onRestart: () => say({ type: 'prompt-sent' }),
  });
  signal.throwIfAborted();
  await engine.load(onState, signal);
  signal.throwIfAborted();

  const prompt = model.prompt(deps.rules());
  let best: Checked | null = null;
  let last: Trouble | null = null;
  const texts = new Set<string>();
  try {
    for (const attempt of ATTEMPTS) {
      const text = await generate(deps, engine, model, prompt, attempt, say, signal);
      // A looser candidate that says the same is the same.
      if (texts.has(text)) continue;
      texts.add(text);
      const outcome = await tryCandidate(deps, model, text, attempt, say, signal);
      if (outcome.kind === 'broken') {
        last = outcome.trouble;
        continue;
      }
      const { checked } = outcome;
      if (best === null || checked.report.score > best.report.score) {
        best?.session.close();
        best = checked;
      } else {
        checked.session.close();
      }
      if (isSound(checked.report)) break;
    }
    signal.throwIfAborted();
  } catch (error) {
    best?.session.close();
    throw error;
  }
  if (best === null) throw new WritingFailure('program', noProgram(last));
  say({ type: 'done', milliseconds: deps.now() - began });
  deps.adopt(best, model);
}

function noProgram(last: Trouble | null): Trouble {
  const base = last ?? trouble('', 'every candidate was empty', '');
  return {
    ...base,
    what: 'None of the candidates is a program that runs',
    nextStep: 'Say the rules in other words, start from an example, or choose a larger model.',
  };
}

async function generate(
  deps: WritingDeps,
  engine: RecoveringEngine,
  model: Model,
  prompt: string,
  attempt: Attempt,
  say: Dispatch,
  signal: AbortSignal,
): Promise<string> {
  say({ type: 'prompt-sent' });
  let first: number | null = null;
  const result = await engine.generate(
    { prompt, maxTokens: model.maxTokens, ...attempt, stop: model.stop },
    (piece, tokens) => {
      const now = deps.now();
      // A restart after a lost device counts from its own first token.
      if (first === null || tokens <= 1) first = now;
      const seconds = (now - first) / 1000;
      const tokensPerSecond = seconds > 0 ? (tokens - 1) / seconds : 0;
      say({ type: 'token', piece, tokens, tokensPerSecond });
    },
    signal,
  );
  signal.throwIfAborted();
  say({ type: 'written', text: result.text });
  return result.text;
}

type Outcome =
  | { readonly kind: 'checked'; readonly checked: Checked }
  | { readonly kind: 'broken'; readonly trouble: Trouble };

async function tryCandidate(
  deps: WritingDeps,
  model: Model,
  text: string,
  attempt: Attempt,
  say: Dispatch,
  signal: AbortSignal,
): Promise<Outcome> {
  const tried = (outcome: Tried['outcome']): void => {
    say({ type: 'tried', tried: { ...attempt, outcome } });
  };
  try {
    const checked = await loadAndCheck(deps.runtime, text, deps.scenarios(), {
      signal,
      onOpened: () => {
        say({ type: 'check-progress', progress: null });
      },
      onProgress: (progress) => {
        say({ type: 'check-progress', progress });
      },
    });
    const { score } = checked.report;
    const message = flaws(checked.report)[0]?.message ?? 'no game could be played to its end';
    tried(isSound(checked.report) ? { kind: 'sound', score } : { kind: 'flawed', score, message });
    return { kind: 'checked', checked };
  } catch (error) {
    if (!isProgramFailure(error)) throw error;
    const what = 'The candidate does not run';
    if (isUnknownGame(error)) throw new WritingFailure('unknown-game', unknownGame(model, error));
    tried({ kind: 'broken', message: error.message });
    return { kind: 'broken', trouble: troubleFrom(error, what) };
  }
}

/** The program's own fault, so that another candidate may do better; not a runtime that cannot start. */
function isProgramFailure(error: unknown): error is RuntimeError {
  return error instanceof RuntimeError && error.name !== 'StartError';
}

/** The starter answers a game that it does not know in so many words, and `open` reports that. */
export function isUnknownGame(error: Error): boolean {
  return (
    error.name === 'ProgramError' &&
    /unknown game|does not know|not know this game/i.test(error.message)
  );
}

function unknownGame(model: Model, error: Error): Trouble {
  return trouble(
    `${model.title} does not know this game`,
    model.familiesOnly
      ? 'it knows six families: lines on a grid, take-away, dice races, pawn races, secret choices and small poker'
      : error.message,
    'Start from an example below and change it, or choose a larger model that tries any game.',
  );
}
