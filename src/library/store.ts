/** Saved games, kept as they change. When the browser keeps nothing the page goes on in memory and says so. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { trouble, type Trouble } from '../app/trouble';
import type { Services } from '../app/service-types';
import { emptyGame, isEmpty, nameOf, readLibraryFile, writeLibraryFile } from './games';
import type { SavedGame } from './schema';
import { createMemoryStorage, type LibraryStorage } from './storage';

/** Typing is saved when it pauses this many milliseconds. */
const PAUSE = 300;

export type StorageState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'kept' }
  | { readonly kind: 'memory'; readonly trouble: Trouble };

export interface LibraryState {
  readonly storage: StorageState;
  /** Every game that is not empty, the one on the page included. */
  readonly games: readonly SavedGame[];
  readonly current: SavedGame;
  /** Opens the storage; resolves with the game to restore, or null on a first visit. */
  readonly open: () => Promise<SavedGame | null>;
  /** Changes the game on the page and saves it, at once or when the changes pause. */
  readonly change: (how: (game: SavedGame) => SavedGame, when: 'now' | 'soon') => void;
  /** Puts another game on the page: a saved one, or an empty one for null. Returns it. */
  readonly turnTo: (id: string | null) => SavedGame;
  readonly rename: (id: string, title: string) => void;
  readonly remove: (id: string) => void;
  readonly duplicate: (id: string) => void;
  readonly exportText: (id: string | null) => string;
  /** Adds the games of an exported file under new ids; returns how many. Throws an Error in words. */
  readonly importText: (text: string) => number;
  /** Writes what waits; for when the page is hidden. */
  readonly flush: () => void;
  readonly setting: (name: string) => Promise<string | null>;
  readonly setSetting: (name: string, value: string) => void;
}

export type LibraryStore = StoreApi<LibraryState>;
type Deps = Pick<Services, 'openStorage' | 'now' | 'newId'>;

function memoryTrouble(error: unknown): Trouble {
  const quota = error instanceof Error && error.name === 'QuotaExceededError';
  return trouble(
    'Games are not being saved',
    quota ? 'the disk space that the browser allows is full' : 'the browser keeps no data here',
    quota
      ? 'Delete saved games or a downloaded model, or export what you want to keep; all goes on until the page is closed.'
      : 'Leave private browsing or allow site data, or export what you want to keep; all goes on until the page is closed.',
  );
}

function listed(games: readonly SavedGame[], game: SavedGame): SavedGame[] {
  const others = games.filter((one) => one.id !== game.id);
  return (isEmpty(game) ? others : [game, ...others]).sort((a, b) => b.updatedAt - a.updatedAt);
}

type Get = LibraryStore['getState'];
type Set = LibraryStore['setState'];

export function createLibraryStore(deps: Deps): LibraryStore {
  return createStore<LibraryState>((set, get) => {
    const keeper = new Keeper(deps, set, get);
    return {
      storage: { kind: 'opening' },
      games: [],
      current: emptyGame(deps.newId(), deps.now()),
      open: () => keeper.open(),
      change(how, when) {
        set({ current: { ...how(get().current), updatedAt: deps.now() } });
        if (when === 'now') keeper.saveNow();
        else keeper.saveSoon();
      },
      turnTo(id) {
        keeper.savePending();
        const found = get().games.find((one) => one.id === id);
        const game = found ?? emptyGame(deps.newId(), deps.now());
        set({ current: game });
        keeper.setSetting(CURRENT, game.id);
        return game;
      },
      flush: () => {
        keeper.savePending();
      },
      setting: (name) => keeper.setting(name),
      setSetting: (name, value) => {
        keeper.setSetting(name, value);
      },
      ...listCommands(deps, keeper, set, get),
    };
  });
}

/** The name of the setting that holds the game on the page. */
const CURRENT = 'game';

/** Writes to the storage, and goes over to memory when it refuses. */
class Keeper {
  readonly #deps: Deps;
  readonly #set: Set;
  readonly #get: Get;
  #storage: LibraryStorage = createMemoryStorage();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: Deps, set: Set, get: Get) {
    this.#deps = deps;
    this.#set = set;
    this.#get = get;
  }

  async open(): Promise<SavedGame | null> {
    try {
      this.#storage = await this.#deps.openStorage();
      const games = (await this.#storage.all()).sort((a, b) => b.updatedAt - a.updatedAt);
      const last = await this.setting(CURRENT);
      // What was typed while the storage opened is the game on the page; it is kept beside the others.
      const typed = this.#get().current;
      this.#set({ storage: { kind: 'kept' }, games: listed(games, typed) });
      const found = games.find((one) => one.id === last);
      if (found === undefined || !isEmpty(typed)) {
        this.put(typed);
        this.setSetting(CURRENT, typed.id);
        return null;
      }
      this.#set({ current: found });
      return found;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  put(game: SavedGame): void {
    this.#set({ games: listed(this.#get().games, game) });
    this.#guard(isEmpty(game) ? this.#storage.remove(game.id) : this.#storage.put(game));
  }

  remove(id: string): void {
    this.#set({ games: this.#get().games.filter((one) => one.id !== id) });
    this.#guard(this.#storage.remove(id));
  }

  saveSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.saveNow();
    }, PAUSE);
  }

  saveNow(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.put(this.#get().current);
  }

  savePending(): void {
    if (this.#timer !== null) this.saveNow();
  }

  async setting(name: string): Promise<string | null> {
    return await this.#storage.setting(name).catch(() => null);
  }

  setSetting(name: string, value: string): void {
    this.#guard(this.#storage.setSetting(name, value));
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#fail(error);
    });
  }

  #fail(error: unknown): void {
    this.#set({ storage: { kind: 'memory', trouble: memoryTrouble(error) } });
  }
}

type ListCommand = 'rename' | 'remove' | 'duplicate' | 'exportText' | 'importText';

function listCommands(
  deps: Deps,
  keeper: Keeper,
  set: Set,
  get: Get,
): Pick<LibraryState, ListCommand> {
  return {
    rename(id, title) {
      keeper.savePending();
      const game = get().games.find((one) => one.id === id);
      if (game === undefined) return;
      const given = title.trim().slice(0, 200);
      const renamed = { ...game, title: given === '' ? null : given };
      if (get().current.id === id) set({ current: renamed });
      keeper.put(renamed);
    },
    remove(id) {
      keeper.remove(id);
    },
    duplicate(id) {
      keeper.savePending();
      const game = get().games.find((one) => one.id === id);
      if (game === undefined) return;
      const now = deps.now();
      const title = `${nameOf(game)} (copy)`.slice(0, 200);
      keeper.put({ ...game, id: deps.newId(), title, createdAt: now, updatedAt: now });
    },
    exportText(id) {
      keeper.savePending();
      return writeLibraryFile(get().games.filter((one) => id === null || one.id === id));
    },
    importText(text) {
      const games = readLibraryFile(text);
      for (const game of games) keeper.put({ ...game, id: deps.newId() });
      return games.length;
    },
  };
}
