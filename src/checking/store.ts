/** The program on the page: its text as edited, what was loaded and checked, and the replay of a counter-example. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isAbort, troubleFrom, type Trouble } from '../app/trouble';
import type { Services } from '../app/service-types';
import type { SavedCandidate } from '../library/schema';
import { NO_HINT, type BoardHint } from '../playing/hint';
import type { Json, Program, Progress, Report, Scenario } from '../runtime/protocol';
import type { ProgramSession } from '../runtime/runtime';
import { loadAndCheck, openProgram, type Checked } from './load';
import { replayCommands, type Replay, type ReplayCommands } from './replay';

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
  /** What the game says of its board beside its state; changes of the program keep it. */
  readonly board: BoardHint;
  /** The person's own scenarios that the report is about; null where that was not kept. */
  readonly scenarios: readonly Scenario[] | null;
}

export interface CheckingState extends ReplayCommands {
  readonly draft: string;
  readonly loaded: Loaded | null;
  readonly checking: Checking;
  readonly replay: Replay;
  readonly setDraft: (draft: string) => void;
  /** Takes over a program that was loaded and checked elsewhere. */
  readonly adopt: (checked: Checked, from: Pick<Loaded, 'origin' | 'model'>) => void;
  /** Loads a program from the library; its report was kept. */
  readonly restore: (candidate: SavedCandidate) => Promise<void>;
  /** Loads and checks a program of the gallery. */
  readonly play: (source: string, board: BoardHint) => Promise<void>;
  readonly checkAgain: () => Promise<void>;
  readonly tune: (name: string, value: Json) => Promise<void>;
  readonly cancel: () => void;
  readonly clear: () => void;
}

export type CheckingStore = StoreApi<CheckingState>;
interface Deps extends Pick<Services, 'runtime' | 'newId'> {
  /** The person's own scenarios of the game on the page. */
  readonly scenarios: () => readonly Scenario[];
}

const RESTING: Checking = { kind: 'resting' };

/** Called when another program comes onto the page; `restored` tells that it was saved before. */
export type OnLoaded = (loaded: Loaded, restored: boolean) => void;

type From = Pick<Loaded, 'origin' | 'board'>;
type Get = CheckingStore['getState'];
type Set = CheckingStore['setState'];

export function createCheckingStore(deps: Deps, onLoaded: OnLoaded): CheckingStore {
  return createStore<CheckingState>((set, get) => {
    const replay = replayCommands({
      session: () => get().loaded?.session ?? null,
      get: () => get().replay,
      set: (next) => {
        set({ replay: next });
      },
    });
    const desk = new Desk(deps, set, get, (loaded, restored) => {
      replay.closeReplay();
      onLoaded(loaded, restored);
    });
    return {
      draft: '',
      loaded: null,
      checking: RESTING,
      replay: { kind: 'closed' },
      setDraft(draft) {
        set({ draft });
      },
      adopt(checked, from) {
        desk.stop();
        desk.take({ id: deps.newId(), ...from, ...checked, board: NO_HINT }, false);
      },
      restore: (candidate) => desk.restore(candidate),
      async play(source, board) {
        set({ draft: source });
        await desk.work('This game cannot be used', (signal) =>
          desk.load(source, { origin: 'gallery', board }, signal),
        );
      },
      async checkAgain() {
        const { draft, loaded } = get();
        const board = loaded?.board ?? NO_HINT;
        await desk.work('This text cannot be used as a program', (signal) =>
          desk.load(draft, { origin: 'edited', board }, signal),
        );
      },
      tune: (name, value) => desk.tune(name, value),
      cancel() {
        desk.stop();
        set({ checking: RESTING });
      },
      clear() {
        desk.stop();
        replay.closeReplay();
        get().loaded?.session.close();
        set({ draft: '', loaded: null, checking: RESTING });
      },
      ...replay,
    };
  });
}

/** Loads and checks programs, one at a time; a later piece of work ends the one before. */
class Desk {
  readonly #deps: Deps;
  readonly #set: Set;
  readonly #get: Get;
  readonly #onLoaded: OnLoaded;
  #work = new AbortController();

  constructor(deps: Deps, set: Set, get: Get, onLoaded: OnLoaded) {
    this.#deps = deps;
    this.#set = set;
    this.#get = get;
    this.#onLoaded = onLoaded;
  }

  stop(): void {
    this.#work.abort();
  }

  take(loaded: Loaded, restored: boolean): void {
    this.#get().loaded?.session.close();
    this.#set({ loaded, draft: loaded.program.source, checking: RESTING });
    this.#onLoaded(loaded, restored);
  }

  async work(what: string, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#set({ checking: { kind: 'opening' } });
    try {
      await act(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isAbort(error)) this.#set({ checking: RESTING });
      else this.#set({ checking: { kind: 'failed', trouble: troubleFrom(error, what) } });
    }
  }

  async load(source: string, from: From, signal: AbortSignal): Promise<void> {
    const checked = await loadAndCheck(this.#deps.runtime, source, this.#deps.scenarios(), {
      signal,
      onOpened: () => {
        this.#set({ checking: { kind: 'checking', progress: null } });
      },
      onProgress: (progress) => {
        if (!signal.aborted) this.#set({ checking: { kind: 'checking', progress } });
      },
    });
    if (signal.aborted) checked.session.close();
    else this.take({ id: this.#deps.newId(), model: null, ...from, ...checked }, false);
  }

  async restore(candidate: SavedCandidate): Promise<void> {
    this.#set({ draft: candidate.source });
    await this.work('The saved program cannot be loaded', async (signal) => {
      const opened = await openProgram(this.#deps.runtime, candidate.source, signal);
      if (signal.aborted) {
        opened.session.close();
        return;
      }
      const { id, origin, model, report, board = NO_HINT } = candidate;
      this.take({ id, origin, model, report, board, scenarios: null, ...opened }, true);
    });
  }

  async tune(name: string, value: Json): Promise<void> {
    const { loaded, draft } = this.#get();
    if (loaded === null) return;
    await this.work('The constant cannot be changed', async (signal) => {
      const params = { source: draft, constants: { [name]: value } };
      const { source } = await loaded.session.call('tune', params, { signal });
      signal.throwIfAborted();
      this.#set({ draft: source });
      await this.load(source, { origin: 'tuned', board: loaded.board }, signal);
    });
  }
}
