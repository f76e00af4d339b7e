/** The program on the page: its text as edited, what was loaded and checked, and the replay of a counter-example. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isAbort, troubleFrom, type Trouble } from '../app/trouble';
import type { Services } from '../app/service-types';
import type { SavedCandidate } from '../library/schema';
import type { Finding, Json, Position, Program, Progress, Report } from '../runtime/protocol';
import type { ProgramSession } from '../runtime/runtime';
import { loadAndCheck, openProgram, type Checked } from './load';

/** What is being done to the program. */
export type Checking =
  | { readonly kind: 'resting' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'checking'; readonly progress: Progress | null }
  /** The text could not be loaded or checked; an earlier program stays on the board. */
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export interface Loaded {
  readonly id: string;
  readonly origin: SavedCandidate['origin'];
  readonly model: string | null;
  readonly program: Program;
  readonly report: Report;
  readonly session: ProgramSession;
}

export type Replay =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly finding: Finding;
      readonly actions: readonly string[];
      /** How many of the actions have been made. */
      readonly step: number;
      /** The last position that could be shown. */
      readonly position: Position | null;
      /** Why the position at this step cannot be shown: often the very failure. */
      readonly trouble: Trouble | null;
    };

export interface CheckingState {
  readonly draft: string;
  readonly loaded: Loaded | null;
  readonly checking: Checking;
  readonly replay: Replay;
  readonly setDraft: (draft: string) => void;
  /** Takes over a program that was loaded and checked elsewhere. */
  readonly adopt: (checked: Checked, from: Pick<Loaded, 'origin' | 'model'>) => void;
  /** Loads a program from the library; its report was kept. */
  readonly restore: (candidate: SavedCandidate) => Promise<void>;
  readonly checkAgain: () => Promise<void>;
  readonly tune: (name: string, value: Json) => Promise<void>;
  readonly cancel: () => void;
  readonly clear: () => void;
  readonly openReplay: (finding: Finding) => void;
  readonly stepReplay: (step: number) => void;
  readonly closeReplay: () => void;
}

export type CheckingStore = StoreApi<CheckingState>;
type Deps = Pick<Services, 'runtime' | 'newId'>;

const RESTING: Checking = { kind: 'resting' };

export function createCheckingStore(
  deps: Deps,
  /** Called when another program comes onto the page; `restored` tells that it was saved before. */
  onLoaded: (loaded: Loaded, restored: boolean) => void,
): CheckingStore {
  let work = new AbortController();
  let replaying = new AbortController();

  return createStore<CheckingState>((set, get) => {
    const take = (loaded: Loaded, restored: boolean): void => {
      replaying.abort();
      get().loaded?.session.close();
      set({
        loaded,
        draft: loaded.program.source,
        checking: RESTING,
        replay: { kind: 'closed' },
      });
      onLoaded(loaded, restored);
    };
    /** Runs one piece of work; a later one ends it. */
    const working = async (what: string, act: (signal: AbortSignal) => Promise<void>) => {
      work.abort();
      work = new AbortController();
      const { signal } = work;
      set({ checking: { kind: 'opening' } });
      try {
        await act(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isAbort(error)) set({ checking: RESTING });
        else set({ checking: { kind: 'failed', trouble: troubleFrom(error, what) } });
      }
    };
    const load = async (source: string, origin: Loaded['origin'], signal: AbortSignal) => {
      const checked = await loadAndCheck(deps.runtime, source, {
        signal,
        onOpened: () => {
          set({ checking: { kind: 'checking', progress: null } });
        },
        onProgress: (progress) => {
          if (!signal.aborted) set({ checking: { kind: 'checking', progress } });
        },
      });
      if (signal.aborted) checked.session.close();
      else take({ id: deps.newId(), origin, model: null, ...checked }, false);
    };

    return {
      draft: '',
      loaded: null,
      checking: RESTING,
      replay: { kind: 'closed' },

      setDraft(draft) {
        set({ draft });
      },
      adopt(checked, from) {
        work.abort();
        take({ id: deps.newId(), ...from, ...checked }, false);
      },
      async restore(candidate) {
        set({ draft: candidate.source });
        await working('The saved program cannot be loaded', async (signal) => {
          const opened = await openProgram(deps.runtime, candidate.source, signal);
          if (signal.aborted) {
            opened.session.close();
            return;
          }
          const { id, origin, model, report } = candidate;
          take({ id, origin, model, report, ...opened }, true);
        });
      },
      async checkAgain() {
        const { draft } = get();
        await working('This text cannot be used as a program', (signal) =>
          load(draft, 'edited', signal),
        );
      },
      async tune(name, value) {
        const { loaded, draft } = get();
        if (loaded === null) return;
        await working('The constant cannot be changed', async (signal) => {
          const params = { source: draft, constants: { [name]: value } };
          const { source } = await loaded.session.call('tune', params, { signal });
          signal.throwIfAborted();
          set({ draft: source });
          await load(source, 'tuned', signal);
        });
      },
      cancel() {
        work.abort();
        set({ checking: RESTING });
      },
      clear() {
        work.abort();
        replaying.abort();
        get().loaded?.session.close();
        set({ draft: '', loaded: null, checking: RESTING, replay: { kind: 'closed' } });
      },
      openReplay(finding) {
        const actions = finding.counterexample;
        if (actions === null || get().loaded === null) return;
        set({
          replay: { kind: 'open', finding, actions, step: 0, position: null, trouble: null },
        });
        get().stepReplay(0);
      },
      stepReplay(step) {
        const { replay, loaded } = get();
        if (replay.kind !== 'open' || loaded === null) return;
        if (step < 0 || step > replay.actions.length) return;
        replaying.abort();
        replaying = new AbortController();
        void showStep(loaded.session, replay, step, replaying.signal, (next) => {
          set({ replay: next });
        });
      },
      closeReplay() {
        replaying.abort();
        set({ replay: { kind: 'closed' } });
      },
    };
  });
}

async function showStep(
  session: ProgramSession,
  replay: Extract<Replay, { kind: 'open' }>,
  step: number,
  signal: AbortSignal,
  show: (replay: Replay) => void,
): Promise<void> {
  try {
    const actions = replay.actions.slice(0, step);
    const position = await session.call('position', { actions, seat: null }, { signal });
    if (!signal.aborted) show({ ...replay, step, position, trouble: null });
  } catch (error) {
    if (signal.aborted) return;
    show({ ...replay, step, trouble: troubleFrom(error, 'The program fails here') });
  }
}
