/** The gallery of games: fetched when a person unfolds it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { trouble, type Trouble } from '../app/trouble';
import type { GalleryEntry, GalleryFiles, GalleryGame } from './gallery';

export type Gallery =
  | { readonly kind: 'closed' }
  | { readonly kind: 'fetching' }
  | { readonly kind: 'open'; readonly entries: readonly GalleryEntry[] }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export interface GalleryState {
  readonly gallery: Gallery;
  /** The game that is being fetched, or why the last one could not be. */
  readonly asked: string | null;
  readonly missing: Trouble | null;
  readonly unfold: () => Promise<void>;
  readonly play: (name: string) => Promise<void>;
}

export type GalleryStore = StoreApi<GalleryState>;

function unreadable(what: string, error: unknown): Trouble {
  const why = error instanceof Error ? error.message : String(error);
  return trouble(what, why, 'Reload the page and try again, or begin with an example.');
}

export function createGalleryStore(
  files: GalleryFiles,
  onGame: (game: GalleryGame) => void,
): GalleryStore {
  return createStore<GalleryState>((set, get) => ({
    gallery: { kind: 'closed' },
    asked: null,
    missing: null,
    async unfold() {
      const { kind } = get().gallery;
      if (kind === 'fetching' || kind === 'open') return;
      set({ gallery: { kind: 'fetching' } });
      try {
        set({ gallery: { kind: 'open', entries: await files.index() } });
      } catch (error) {
        const failed = unreadable('The games cannot be shown', error);
        set({ gallery: { kind: 'failed', trouble: failed } });
      }
    },
    async play(name) {
      set({ asked: name, missing: null });
      try {
        const game = await files.game(name);
        // Another game may have been asked for since.
        if (get().asked === name) onGame(game);
      } catch (error) {
        set({ missing: unreadable('This game cannot be opened', error) });
      } finally {
        if (get().asked === name) set({ asked: null });
      }
    },
  }));
}
