/** Each engine of the starter as the page runs it, and the library behind it called bare: same weights and prompts. */
import { CreateMLCEngine, type MLCEngine } from '@mlc-ai/web-llm';
import type { Wllama } from '@wllama/wllama/esm/index.js';
import { threadCount } from '../../src/engines/features';
import {
  createEngine,
  fetchAhead,
  findModel,
  promptFor,
  type Engine,
  type Model,
} from '../../src/engines/index';
import { mlcFilesOf } from '../../src/engines/gguf-to-mlc';
import { exampleById } from '../../src/rules/examples';
import { bareWllama, fetchWeights, starter } from './write';

/** Milliseconds and tokens of one answer. */
export interface Answered {
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly first: number;
  readonly rest: number;
}

export interface Way {
  /** Milliseconds; the files are at hand. */
  readonly load: () => Promise<number>;
  readonly write: (example: string, maxTokens: number) => Promise<Answered>;
  readonly unload: () => Promise<void>;
}

export type WayName = 'webllm' | 'bareWebllm' | 'wllama' | 'bareWllama';

const { signal } = new AbortController();

function prompt(example: string): string {
  const rules = exampleById(example)?.rules;
  if (rules === undefined) throw new Error(`There is no example ${example}.`);
  return promptFor(starter(), rules);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

type Counts = Pick<Answered, 'text' | 'promptTokens' | 'tokens'>;

async function answered(work: (onPiece: () => void) => Promise<Counts>): Promise<Answered> {
  const began = performance.now();
  let first = 0;
  const counts = await work(() => {
    first ||= performance.now() - began;
  });
  return { ...counts, first, rest: performance.now() - began - first };
}

function ownWay(model: Model): Way {
  let engine: Engine | null = null;
  return {
    load: () =>
      timed(async () => {
        engine = createEngine(model);
        await engine.load(() => undefined, signal);
      }),
    write: (example, maxTokens) =>
      answered(async (onPiece) => {
        if (engine === null) throw new Error('not loaded');
        const sampling = { temperature: 0, seed: 1, stop: model.stop };
        const request = { prompt: prompt(example), maxTokens, ...sampling };
        return await engine.generate(request, onPiece, signal);
      }),
    unload: async () => await engine?.unload(),
  };
}

function wllamaWay(weights: Blob[]): Way {
  let bare: Wllama | null = null;
  const threads = threadCount(navigator.hardwareConcurrency, crossOriginIsolated);
  return {
    load: () =>
      timed(async () => {
        bare = await bareWllama(starter(), weights, threads);
      }),
    write: (example, maxTokens) =>
      answered(async (onPiece) => {
        let [text, tokens, promptTokens] = ['', 0, 0];
        await bare?.createCompletion({
          prompt: prompt(example),
          max_tokens: maxTokens,
          temperature: 0,
          seed: 1,
          stop: [...starter().stop],
          stream: true,
          onData: ({ choices, timings }) => {
            const piece = choices[0]?.text ?? '';
            if (piece !== '') onPiece();
            text += piece;
            tokens = timings?.predicted_n ?? tokens;
            promptTokens = (timings?.prompt_n ?? 0) + (timings?.cache_n ?? 0);
          },
        });
        return { text, tokens, promptTokens };
      }),
    unload: async () => await bare?.exit(),
  };
}

/** WebLLM's own way: its caches hold an MLC folder, written here from the starter's weights. */
async function webllmWay(weights: Blob[], library: string, contextTokens: number): Promise<Way> {
  const folder = new URL('bare/resolve/main/', document.baseURI).href;
  for (const [name, make] of await mlcFilesOf(weights, contextTokens)) {
    for (const scope of ['webllm/model', 'webllm/config']) {
      await (await caches.open(scope)).put(new URL(name, folder).href, new Response(await make()));
    }
  }
  let bare: MLCEngine | null = null;
  const record = { model: folder, model_id: 'bare', model_lib: library };
  return {
    load: () =>
      timed(async () => {
        bare = await CreateMLCEngine('bare', { appConfig: { model_list: [record] } });
      }),
    write: (example, maxTokens) =>
      answered(async (onPiece) => {
        if (bare === null) throw new Error('not loaded');
        let [text, tokens, promptTokens] = ['', 0, 0];
        const chunks = await bare.completions.create({
          prompt: prompt(example),
          max_tokens: maxTokens,
          temperature: 0,
          seed: 1,
          stop: [...starter().stop],
          stream: true,
          stream_options: { include_usage: true },
        });
        for await (const { choices, usage } of chunks) {
          const piece = choices[0]?.text ?? '';
          if (piece !== '') onPiece();
          text += piece;
          tokens = usage?.completion_tokens ?? tokens;
          promptTokens = usage?.prompt_tokens ?? promptTokens;
        }
        return { text, tokens, promptTokens };
      }),
    unload: async () => await bare?.unload(),
  };
}

/** All four; every file is fetched first, so that a load is a load. */
export async function openWays(): Promise<Record<WayName, Way>> {
  const webllm = findModel('starter-webgpu');
  if (webllm?.engine !== 'webllm') throw new Error('The catalogue has no starter for WebLLM.');
  for (const model of [starter(), webllm]) await fetchAhead(model, signal);
  const weights = await fetchWeights(starter());
  const library = new URL(webllm.library.address, document.baseURI).href;
  return {
    webllm: ownWay(webllm),
    bareWebllm: await webllmWay(weights, library, webllm.contextTokens),
    wllama: ownWay(starter()),
    bareWllama: wllamaWay(weights),
  };
}
