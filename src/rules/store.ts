/** The rules text as it is being typed. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { LONGEST_TEXT } from './limits';

export interface RulesState {
  readonly text: string;
  /** The example that the text still is, letter for letter; null once it was changed. */
  readonly example: string | null;
  readonly setText: (text: string) => void;
  /** Shows a text that comes from elsewhere: an example (with its id) or a saved game. */
  readonly replace: (text: string, example: string | null) => void;
}

export type RulesStore = StoreApi<RulesState>;

export function createRulesStore(): RulesStore {
  return createStore<RulesState>((set) => ({
    text: '',
    example: null,
    setText: (text) => {
      set({ text: text.slice(0, LONGEST_TEXT), example: null });
    },
    replace: (text, example) => {
      set({ text: text.slice(0, LONGEST_TEXT), example });
    },
  }));
}
