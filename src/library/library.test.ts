import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyGame, readLibraryFile, withCandidate, withMatch, writeLibraryFile } from './games';
import type { SavedCandidate, SavedGame, SavedMatch } from './schema';
import { createMemoryStorage, openIndexedDb, type LibraryStorage } from './storage';
import { createLibraryStore } from './store';

const candidate: SavedCandidate = {
  id: 'c1',
  source: 'SIZE = 3',
  origin: 'written',
  model: 'Starter',
  createdAt: 5,
  report: {
    score: 0.9,
    playable: true,
    findings: [],
    seed: 0,
    games: 50,
    steps: 100,
    milliseconds: 12,
    lengths: null,
    measures: null,
    paper: null,
  },
};
const match: SavedMatch = {
  id: 'm1',
  candidate: 'c1',
  strength: 'quick',
  seats: ['human', 'search'],
  seed: 4,
  moves: [
    { action: 'rolled 3', player: -1 },
    { action: 'hold', player: 0 },
  ],
  startedAt: 6,
  result: null,
};

function fullGame(id: string): SavedGame {
  const game = { ...emptyGame(id, 1), rules: 'Take stones.\nThe last wins.' };
  return withMatch(withCandidate(game, candidate), match);
}

let ids = 0;
function library(openStorage: () => Promise<LibraryStorage> = openIndexedDb) {
  let clock = 100;
  return createLibraryStore({
    openStorage,
    now: () => (clock += 1),
    newId: () => `g${(ids += 1)}`,
  });
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('the library in IndexedDB', () => {
  it('gives back rules, program, report and match after a reload', async () => {
    const first = library();
    expect(await first.getState().open()).toBeNull();
    first.getState().change((game) => ({ ...fullGame(game.id) }), 'now');
    const kept = first.getState().current;

    const second = library();
    await vi.waitFor(async () => expect(await second.getState().open()).not.toBeNull());
    expect(second.getState().current).toEqual(kept);
    expect(second.getState().games).toEqual([kept]);
  });

  it('keeps what was typed before the storage was open', async () => {
    const store = library();
    store.getState().change((game) => ({ ...game, rules: 'typed early' }), 'soon');
    await store.getState().open();
    const again = library();
    const restored = await again.getState().open();
    expect(restored?.rules).toBe('typed early');
  });

  it('lists, renames, duplicates and deletes', async () => {
    const store = library();
    await store.getState().open();
    store.getState().change((game) => fullGame(game.id), 'now');
    const { id } = store.getState().current;
    store.getState().rename(id, '  Stones ');
    store.getState().duplicate(id);
    expect(store.getState().games.map((game) => game.title)).toEqual(['Stones (copy)', 'Stones']);
    store.getState().remove(id);
    expect(store.getState().games.map((game) => game.title)).toEqual(['Stones (copy)']);
    const again = library();
    await again.getState().open();
    expect(again.getState().games.map((game) => game.title)).toEqual(['Stones (copy)']);
  });

  it('keeps no empty games', async () => {
    const store = library();
    await store.getState().open();
    store.getState().turnTo(null);
    store.getState().turnTo(null);
    expect(store.getState().games).toEqual([]);
  });

  it('leaves out a damaged record and keeps the rest', async () => {
    const storage = await openIndexedDb();
    await storage.put(fullGame('good'));
    await storage.put({ ...fullGame('bad'), rules: 5 } as unknown as SavedGame);
    expect((await storage.all()).map(({ id }) => id)).toEqual(['good']);
  });
});

describe('when the browser keeps nothing', () => {
  it('goes on in memory and says so', async () => {
    const store = library(() => Promise.reject(new DOMException('denied', 'SecurityError')));
    expect(await store.getState().open()).toBeNull();
    expect(store.getState().storage.kind).toBe('memory');
    store.getState().change((game) => fullGame(game.id), 'now');
    expect(store.getState().games).toHaveLength(1);
  });

  it('says that the disk is full', async () => {
    const full: LibraryStorage = {
      ...createMemoryStorage(),
      put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    };
    const store = library(() => Promise.resolve(full));
    await store.getState().open();
    store.getState().change((game) => fullGame(game.id), 'now');
    await vi.waitFor(() => expect(store.getState().storage.kind).toBe('memory'));
    expect(store.getState().storage).toMatchObject({ trouble: { why: /full/ } });
    expect(store.getState().games).toHaveLength(1);
  });
});

describe('export and import', () => {
  it('gives the same games back under new ids', async () => {
    const store = library();
    await store.getState().open();
    store.getState().change((game) => fullGame(game.id), 'now');
    const text = store.getState().exportText(null);
    expect(store.getState().importText(text)).toBe(1);
    const [one, two] = store.getState().games;
    expect(one?.id).not.toBe(two?.id);
    expect(one?.candidates).toEqual(two?.candidates);
    expect(readLibraryFile(writeLibraryFile([fullGame('a')]))).toEqual([fullGame('a')]);
  });

  it.each([
    ['{"format": "rulewr', 'cut short'],
    ['{"format": "other"}', 'not a Rulewright library'],
    [writeLibraryFile([{ ...fullGame('a'), updatedAt: -1 }]), 'games.0.updatedAt'],
  ])('refuses a file that is none', (text, words) => {
    expect(() => readLibraryFile(text)).toThrow(words);
  });
});
