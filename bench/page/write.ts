/** The starter's answers through the page's engine and through wllama alone: same weights, threads, prompts, sampling. */
import { threadCount } from '../../src/engines/features';
import { createEngine } from '../../src/engines/index';
import { answered, prompt, starter, type Answered } from './answer';
import { askBareWllama, openBareWllama } from './bare-wllama';

export interface Writers {
  readonly threads: number;
  readonly engine: (example: string) => Promise<Answered>;
  readonly bare: (example: string) => Promise<Answered>;
}

/** Loads the starter twice. */
export async function openWriters(): Promise<Writers> {
  const model = starter();
  const { signal } = new AbortController();
  const engine = createEngine(model);
  await engine.load(() => undefined, signal);
  const bare = await openBareWllama();
  return {
    threads: threadCount(navigator.hardwareConcurrency, crossOriginIsolated),
    engine: (example) =>
      answered((onPiece) => {
        const request = { prompt: prompt(example), maxTokens: model.answerTokens };
        const sampling = { temperature: 0, seed: 1, stop: model.stop };
        return engine.generate({ ...request, ...sampling }, onPiece, signal);
      }),
    bare: (example) =>
      answered((onPiece) => askBareWllama(bare, example, model.answerTokens, onPiece)),
  };
}
