/** Where saved games are kept: IndexedDB, or memory where the browser keeps nothing. */
import { openDB, type DBSchema } from 'idb';
import { savedGameSchema, type SavedGame } from './schema';

export interface LibraryStorage {
  /** Every saved game that can be read; damaged ones are left out. */
  all(): Promise<SavedGame[]>;
  put(game: SavedGame): Promise<void>;
  remove(id: string): Promise<void>;
  /** Settings are short strings: the game on the page, the model chosen. */
  setting(name: string): Promise<string | null>;
  setSetting(name: string, value: string): Promise<void>;
}

interface Schema extends DBSchema {
  games: { key: string; value: SavedGame };
  settings: { key: string; value: string };
}

export const DATABASE = 'rulewright';

/** Opens the database; rejects where the browser refuses one. */
export async function openIndexedDb(): Promise<LibraryStorage> {
  const database = await openDB<Schema>(DATABASE, 1, {
    upgrade(db) {
      db.createObjectStore('games', { keyPath: 'id' });
      db.createObjectStore('settings');
    },
  });
  return {
    async all() {
      const games: SavedGame[] = [];
      for (const value of await database.getAll('games')) {
        const parsed = savedGameSchema.safeParse(value);
        if (parsed.success) games.push(parsed.data);
      }
      return games;
    },
    async put(game) {
      await database.put('games', game);
    },
    async remove(id) {
      await database.delete('games', id);
    },
    async setting(name) {
      return (await database.get('settings', name)) ?? null;
    },
    async setSetting(name, value) {
      await database.put('settings', value, name);
    },
  };
}

export function createMemoryStorage(): LibraryStorage {
  const games = new Map<string, SavedGame>();
  const settings = new Map<string, string>();
  return {
    all: () => Promise.resolve([...games.values()]),
    put: (game) => {
      games.set(game.id, game);
      return Promise.resolve();
    },
    remove: (id) => {
      games.delete(id);
      return Promise.resolve();
    },
    setting: (name) => Promise.resolve(settings.get(name) ?? null),
    setSetting: (name, value) => {
      settings.set(name, value);
      return Promise.resolve();
    },
  };
}
