/** Each engine of the starter as the page runs it, and the library behind it called bare: same weights and prompts. */
import type { MLCEngine } from '@mlc-ai/web-llm';
import type { Wllama } from '@wllama/wllama/esm/index.js';
import { describingFiles, weightFiles } from '../../src/engines/gguf-to-mlc';
import {
  createEngine,
  fetchAhead,
  findModel,
  type Engine,
  type Model,
  type WebllmModel,
} from '../../src/engines/index';
import { answered, bareRequest, Gathered, prompt, starter, type Answered } from './answer';
import { askBareWllama, fetchWeights, openBareWllama } from './bare-wllama';

export interface Way {
  /** Milliseconds from a page that has nothing of the engine to one that can write; the files are kept. */
  readonly load: () => Promise<number>;
  readonly write: (example: string, maxTokens: number) => Promise<Answered>;
}

const { signal } = new AbortController();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** What `load` left; throws before it. */
function loaded<T>(held: T | null): T {
  if (held === null) throw new Error('not loaded');
  return held;
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
        const sampling = { temperature: 0, seed: 1, stop: model.stop };
        const request = { prompt: prompt(example), maxTokens, ...sampling };
        return await loaded(engine).generate(request, onPiece, signal);
      }),
  };
}

function wllamaWay(): Way {
  let bare: Wllama | null = null;
  return {
    load: () =>
      timed(async () => {
        bare = await openBareWllama();
      }),
    write: (example, maxTokens) =>
      answered((onPiece) => askBareWllama(loaded(bare), example, maxTokens, onPiece)),
  };
}

function webgpuStarter(): WebllmModel {
  const model = findModel('starter-webgpu');
  if (model?.engine !== 'webllm') throw new Error('The catalogue has no starter for WebLLM.');
  return model;
}

/** Where bare WebLLM finds its MLC folder: in its own caches alone. */
function bareFolder(): string {
  return new URL('bare/resolve/main/', document.baseURI).href;
}

function webllmWay(): Way {
  let bare: MLCEngine | null = null;
  const library = new URL(webgpuStarter().library.address, document.baseURI).href;
  const record = { model: bareFolder(), model_id: 'bare', model_lib: library };
  return {
    load: () =>
      timed(async () => {
        const { CreateMLCEngine } = await import('@mlc-ai/web-llm');
        bare = await CreateMLCEngine('bare', { appConfig: { model_list: [record] } });
      }),
    write: (example, maxTokens) =>
      answered(async (onPiece) => {
        const gathered = new Gathered(onPiece);
        const chunks = await loaded(bare).completions.create({
          ...bareRequest(example, maxTokens),
          stream_options: { include_usage: true },
        });
        for await (const { choices, usage } of chunks) {
          gathered.take(
            choices[0]?.text,
            usage && { tokens: usage.completion_tokens, promptTokens: usage.prompt_tokens },
          );
        }
        return gathered.counts;
      }),
  };
}

/** Keeps all that the engines of the page load, and writes WebLLM's own MLC folder from the starter's weights. */
export async function keepWays(): Promise<void> {
  const webllm = webgpuStarter();
  for (const model of [starter(), webllm]) await fetchAhead(model, signal);
  const weights = await Promise.all((await fetchWeights()).map((part) => part.arrayBuffer()));
  const [first = new ArrayBuffer()] = weights;
  const files = [...describingFiles(first, webllm.contextTokens), ...weightFiles(weights)];
  for (const [name, make] of files) {
    for (const scope of ['webllm/model', 'webllm/config']) {
      const address = new URL(name, bareFolder()).href;
      await (await caches.open(scope)).put(address, new Response(make()));
    }
  }
}

const WAYS = {
  webllm: () => ownWay(webgpuStarter()),
  bareWebllm: webllmWay,
  wllama: () => ownWay(starter()),
  bareWllama: wllamaWay,
};

/** One of the four; nothing of it is loaded yet. */
export function openWay(name: keyof typeof WAYS): Way {
  return WAYS[name]();
}
