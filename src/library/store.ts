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

export function createLibraryStore(deps: Deps): LibraryStore {
  let backend: LibraryStorage = createMemoryStorage();
  let timer: ReturnType<typeof setTimeout> | null = null;

  return createStore<LibraryState>((set, get) => {
    const guard = (work: Promise<void>): void => {
      work.catch((error: unknown) => {
        set({ storage: { kind: 'memory', trouble: memoryTrouble(error) } });
      });
    };
    const put = (game: SavedGame): void => {
      set({ games: listed(get().games, game) });
      guard(isEmpty(game) ? backend.remove(game.id) : backend.put(game));
    };
    const savePending = (): void => {
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      put(get().current);
    };
    const remember = (game: SavedGame): void => {
      guard(backend.setSetting('game', game.id));
    };
    const edit = (id: string, how: (game: SavedGame) => SavedGame): void => {
      savePending();
      const game = get().games.find((one) => one.id === id);
      if (game === undefined) return;
      const changed = how(game);
      if (get().current.id === id) set({ current: changed });
      put(changed);
    };

    return {
      storage: { kind: 'opening' },
      games: [],
      current: emptyGame(deps.newId(), deps.now()),

      async open() {
        try {
          backend = await deps.openStorage();
          const games = (await backend.all()).sort((a, b) => b.updatedAt - a.updatedAt);
          const last = await backend.setting('game');
          // What was typed while the storage opened is the game on the page; it is kept beside the others.
          const typed = get().current;
          set({ storage: { kind: 'kept' }, games: listed(games, typed) });
          const found = games.find((one) => one.id === last);
          if (found === undefined || !isEmpty(typed)) {
            put(typed);
            remember(typed);
            return null;
          }
          set({ current: found });
          return found;
        } catch (error) {
          set({ storage: { kind: 'memory', trouble: memoryTrouble(error) } });
          return null;
        }
      },

      change(how, when) {
        const game = { ...how(get().current), updatedAt: deps.now() };
        set({ current: game });
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(savePending, PAUSE);
        if (when === 'now') savePending();
      },

      turnTo(id) {
        savePending();
        const found = get().games.find((one) => one.id === id);
        const game = found ?? emptyGame(deps.newId(), deps.now());
        set({ current: game });
        remember(game);
        return game;
      },

      rename(id, title) {
        edit(id, (game) => ({
          ...game,
          title: title.trim() === '' ? null : title.trim().slice(0, 200),
        }));
      },

      remove(id) {
        set({ games: get().games.filter((one) => one.id !== id) });
        guard(backend.remove(id));
      },

      duplicate(id) {
        savePending();
        const game = get().games.find((one) => one.id === id);
        if (game === undefined) return;
        const now = deps.now();
        const title = `${nameOf(game)} (copy)`.slice(0, 200);
        put({ ...game, id: deps.newId(), title, createdAt: now, updatedAt: now });
      },

      exportText(id) {
        savePending();
        return writeLibraryFile(get().games.filter((one) => id === null || one.id === id));
      },

      importText(text) {
        const games = readLibraryFile(text);
        for (const game of games) put({ ...game, id: deps.newId() });
        return games.length;
      },

      flush: savePending,
      setting: (name) => backend.setting(name).catch(() => null),
      setSetting: (name, value) => {
        guard(backend.setSetting(name, value));
      },
    };
  });
}
