/** What lies over the page (palette, shortcuts), the state of the runtime, and short notices. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Runtime, RuntimeState } from '../runtime/runtime';

export type Overlay = 'none' | 'palette' | 'shortcuts';

export interface ShellState {
  readonly overlay: Overlay;
  readonly runtime: RuntimeState;
  /** Something that has just happened, said in the status line until something else does. */
  readonly notice: string | null;
  /** True when a person has gone on after the last failure: the status line then tells of newer things. */
  readonly wentOn: boolean;
  readonly show: (overlay: Overlay) => void;
  readonly say: (notice: string | null) => void;
}

export type ShellStore = StoreApi<ShellState>;

export function createShellStore(runtime: Runtime): ShellStore {
  const store = createStore<ShellState>((set) => ({
    overlay: 'none',
    runtime: runtime.getState(),
    notice: null,
    wentOn: false,
    show: (overlay) => {
      set({ overlay });
    },
    say: (notice) => {
      set({ notice });
    },
  }));
  runtime.subscribe((state) => {
    store.setState({ runtime: state });
  });
  return store;
}
