/** The starter's answers through the page's engine and through wllama alone: same weights, threads, prompts, sampling. */
import { Wllama } from '@wllama/wllama/esm/index.js';
import program from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { threadCount } from '../../src/engines/features';
import { createEngine, findModel, promptFor, type WllamaModel } from '../../src/engines/index';
import { exampleById } from '../../src/rules/examples';

export interface Written {
  readonly text: string;
  readonly tokens: number;
  /** Milliseconds until the first piece of text: reading the prompt. */
  readonly first: number;
  /** Milliseconds from the first piece to the end: writing. */
  readonly rest: number;
}

export interface Writers {
  readonly threads: number;
  readonly engine: (example: string) => Promise<Written>;
  readonly bare: (example: string) => Promise<Written>;
}

export function starter(): WllamaModel {
  const model = findModel('starter');
  if (model?.engine !== 'wllama') throw new Error('The catalogue has no starter for wllama.');
  return model;
}

function prompt(example: string): string {
  const rules = exampleById(example)?.rules;
  if (rules === undefined) throw new Error(`There is no example ${example}.`);
  return promptFor(starter(), rules);
}

/** Times from the call to the first piece, and from there to the end. */
async function timed(
  work: (onPiece: () => void) => Promise<{ text: string; tokens: number }>,
): Promise<Written> {
  const began = performance.now();
  let first = 0;
  const answer = await work(() => {
    first ||= performance.now() - began;
  });
  return { ...answer, first, rest: performance.now() - began - first };
}

/** Loads the starter twice. */
export async function openWriters(): Promise<Writers> {
  const model = starter();
  const { signal } = new AbortController();
  const engine = createEngine(model);
  await engine.load(() => undefined, signal);
  const threads = threadCount(navigator.hardwareConcurrency, crossOriginIsolated);
  const bare = await bareWllama(model, await fetchWeights(model), threads);
  return {
    threads,
    engine: (example) =>
      timed((onPiece) => {
        const request = { prompt: prompt(example), maxTokens: model.answerTokens };
        const sampling = { temperature: 0, seed: 1, stop: model.stop };
        return engine.generate({ ...request, ...sampling }, onPiece, signal);
      }),
    bare: (example) =>
      timed(async (onPiece) => {
        let text = '';
        let tokens = 0;
        await bare.createCompletion({
          prompt: prompt(example),
          max_tokens: model.answerTokens,
          temperature: 0,
          seed: 1,
          stop: [...model.stop],
          stream: true,
          onData: ({ choices, timings }) => {
            const piece = choices[0]?.text ?? '';
            if (piece !== '') onPiece();
            text += piece;
            tokens = timings?.predicted_n ?? tokens;
          },
        });
        return { text, tokens };
      }),
  };
}

export async function fetchWeights(model: WllamaModel): Promise<Blob[]> {
  if (model.source.kind !== 'manifest') throw new Error('The starter has no manifest.');
  const manifest = new URL(model.source.address, document.baseURI);
  const listed = (await (await fetch(manifest)).json()) as { files: { name: string }[] };
  return await Promise.all(
    listed.files.map(async ({ name }) => (await fetch(new URL(name, manifest))).blob()),
  );
}

export async function bareWllama(
  model: WllamaModel,
  weights: Blob[],
  threads: number,
): Promise<Wllama> {
  const bare = new Wllama({ default: new URL(program, document.baseURI).href });
  bare.setCompat(null);
  await bare.loadModel(weights, {
    n_ctx: model.contextTokens,
    n_threads: threads,
    n_gpu_layers: 0,
  });
  return bare;
}
