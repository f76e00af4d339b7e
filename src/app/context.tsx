/** Gives components the stores and the actions. Components call stores; they know nothing behind them. */
import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Action, ActionId, Actions } from './actions';
import type { Stores } from './stores';

interface Page {
  readonly stores: Stores;
  readonly actions: Actions;
}

const PageContext = createContext<Page | null>(null);

export function PageProvider({ page, children }: { page: Page; children: ReactNode }) {
  return <PageContext value={page}>{children}</PageContext>;
}

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a component is used outside of PageProvider');
  return page;
}

type StoreName = {
  [K in keyof Stores]: Stores[K] extends StoreApi<unknown> ? K : never;
}[keyof Stores];
type StateOf<K extends StoreName> = Stores[K] extends StoreApi<infer S> ? S : never;

/** A part of one store's state. */
export function useFrom<K extends StoreName, T>(name: K, select: (state: StateOf<K>) => T): T {
  const store: unknown = usePage().stores[name];
  return useStore<StoreApi<StateOf<K>>, T>(store as StoreApi<StateOf<K>>, select);
}

/** An action and whether it can be done now. */
export function useAction(id: ActionId): { action: Action; enabled: boolean } {
  const { stores, actions } = usePage();
  const action = actions[id];
  const enabled = useSyncExternalStore(
    (onChange) => {
      const watched = [stores.writing, stores.checking, stores.playing, stores.library];
      const ends = watched.map((store) => store.subscribe(onChange));
      return () => {
        for (const end of ends) end();
      };
    },
    () => action.enabled(),
  );
  return { action, enabled };
}
