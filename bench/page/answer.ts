/** One answer of the starter, timed: the request that every way of writing is given, and what comes back. */
import { findModel, promptFor, type WllamaModel } from '../../src/engines/index';
import { exampleById } from '../../src/rules/examples';

export interface Counts {
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
}

export interface Answered extends Counts {
  /** Milliseconds until the first piece of text: reading the prompt. */
  readonly first: number;
  /** Milliseconds from the first piece to the end: writing. */
  readonly rest: number;
}

export function starter(): WllamaModel {
  const model = findModel('starter');
  if (model?.engine !== 'wllama') throw new Error('The catalogue has no starter for wllama.');
  return model;
}

export function prompt(example: string): string {
  const rules = exampleById(example)?.rules;
  if (rules === undefined) throw new Error(`There is no example ${example}.`);
  return promptFor(starter(), rules);
}

/** Times from the call to the first piece, and from there to the end. */
export async function answered(work: (onPiece: () => void) => Promise<Counts>): Promise<Answered> {
  const began = performance.now();
  let first = 0;
  const counts = await work(() => {
    first ||= performance.now() - began;
  });
  return { ...counts, first, rest: performance.now() - began - first };
}

/** Greedy, streamed; both libraries take the names of OpenAI's completions. */
export function bareRequest(example: string, maxTokens: number) {
  return {
    prompt: prompt(example),
    max_tokens: maxTokens,
    temperature: 0,
    seed: 1,
    stop: [...starter().stop],
    stream: true as const,
  };
}

/** Gathers the chunks of a bare library's stream; a chunk without counts leaves those of the last. */
export class Gathered {
  #counts: Counts = { text: '', promptTokens: 0, tokens: 0 };

  constructor(private readonly onPiece: () => void) {}

  get counts(): Counts {
    return this.#counts;
  }

  take(piece: string | undefined, counts: Omit<Counts, 'text'> | undefined): void {
    if (piece !== undefined && piece !== '') this.onPiece();
    this.#counts = { ...this.#counts, ...counts, text: this.#counts.text + (piece ?? '') };
  }
}
