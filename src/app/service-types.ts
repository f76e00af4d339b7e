/** What the stores are given. `services.ts` makes the real ones; nothing else constructs an engine or a runtime. */
import type { Engine } from '../engines/engine';
import type { EngineName, EnginePreference } from '../engines/offer';
import type { LibraryStorage } from '../library/storage';
import type { GalleryFiles } from '../rules/gallery';
import type { Runtime } from '../runtime/runtime';

/** A language model as the page offers it. */
export interface Model {
  readonly id: string;
  /** The number format and engine it comes in here; another one is another file and another engine. */
  readonly variant: string;
  readonly engine: EngineName;
  readonly title: string;
  readonly summary: string;
  /** All that is fetched; null where only the server knows. */
  readonly bytes: number | null;
  /** Longest rules text, in characters, that fits the context beside the prompt and the answer. */
  readonly rulesCharacters: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** True when it knows only the game families of the examples. */
  readonly familiesOnly: boolean;
  prompt(rules: string): string;
}

/** Whether a model can run in this browser, said before any byte is fetched. */
export type Verdict =
  | { readonly kind: 'runs'; readonly note: string | null }
  | { readonly kind: 'runs-slowly'; readonly reason: string; readonly nextStep: string }
  | { readonly kind: 'cannot'; readonly reason: string; readonly nextStep: string };

export interface Offered {
  readonly model: Model;
  readonly verdict: Verdict;
  /** True when its files are kept by the browser. */
  readonly cached: boolean;
  /** The engines it can be run by. */
  readonly engines: readonly EngineName[];
  /** Why it is the one that it is, where there are two. */
  readonly why: string | null;
}

export interface Models {
  /** Offered at once, before the browser has been asked what it can do. */
  readonly starter: Model;
  /** Every model worth offering here: the starter first, those beside the page, those added by address. */
  readonly offer: (preference: EnginePreference) => Promise<Offered[]>;
  /** Adds the models at an address; the first is returned. Rejects with an Error that says what is wrong with it. */
  readonly add: (address: string) => Promise<Model>;
  /** Deletes the kept files of a model. */
  readonly remove: (model: Model) => Promise<void>;
  readonly createEngine: (model: Model) => Engine;
}

export interface Services {
  readonly runtime: Runtime;
  readonly models: Models;
  readonly games: GalleryFiles;
  /** Rejects where the browser keeps nothing (private mode, no space): the page then goes on in memory. */
  readonly openStorage: () => Promise<LibraryStorage>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** How many workers search one position at once. */
  readonly searchWorkers: () => number;
  /** A seed for a new match, 0 to 2^31 - 1, kept with the match. */
  readonly newSeed: () => number;
}
