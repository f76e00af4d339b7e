/** Light, dark, or whichever the system asks for; kept beside the library because it is wanted before the first paint. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type ThemeChoice = 'system' | 'light' | 'dark';

export interface ThemeState {
  readonly choice: ThemeChoice;
  readonly shown: 'light' | 'dark';
  /** System, light, dark, and round again. */
  readonly next: () => void;
}

export type ThemeStore = StoreApi<ThemeState>;

const KEY = 'rulewright.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

function kept(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return CHOICES.find((choice) => choice === value) ?? 'system';
  } catch {
    // Storage may be denied; the system's theme then does.
    return 'system';
  }
}

function keep(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // The choice then lasts until the page is closed.
  }
}

/** Creates the store and keeps `data-theme` of the document in step with it. */
export function createThemeStore(): ThemeStore {
  const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
  const resolve = (choice: ThemeChoice): 'light' | 'dark' =>
    choice === 'system' ? (dark?.matches === true ? 'dark' : 'light') : choice;
  const choice = kept();
  const store = createStore<ThemeState>((set, get) => ({
    choice,
    shown: resolve(choice),
    next() {
      const next = CHOICES[(CHOICES.indexOf(get().choice) + 1) % CHOICES.length] ?? 'system';
      keep(next);
      set({ choice: next, shown: resolve(next) });
    },
  }));
  const apply = (): void => {
    document.documentElement.dataset['theme'] = store.getState().shown;
  };
  store.subscribe(apply);
  dark?.addEventListener('change', () => {
    store.setState({ shown: resolve(store.getState().choice) });
  });
  apply();
  return store;
}
