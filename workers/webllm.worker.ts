/** Runs WebLLM off the main thread: fetches and checks its files, compiles, writes. Knows nothing of games. */
import { MLCEngine, type InitProgressReport } from '@mlc-ai/web-llm';
import * as Comlink from 'comlink';
import { z } from 'zod';
import { EngineError, type GenerateRequest, type GenerateResult } from '../src/engines/engine';
import { toFailure } from '../src/engines/errors';
import { cacheStore, makeReady, type FileSpec, type FileStore } from '../src/engines/files';
import { ProgressMeter, throttled } from '../src/engines/progress';
import {
  CONFIG_FILE,
  SHARD_LIST_FILE,
  WEBLLM_CACHES,
  type Outcome,
  type WebllmApi,
  type WebllmLoadState,
  type WebllmPlan,
} from '../src/engines/webllm-protocol';

const configSchema = z.object({ tokenizer_files: z.array(z.string()) });
const shardListSchema = z.object({
  records: z.array(z.object({ dataPath: z.string(), nbytes: z.number().int().positive() })).min(1),
});

let engine: MLCEngine | null = null;
let interrupted = false;

/** Ends with the worker: to stop a fetch, the page terminates it. */
const never = new AbortController().signal;

function fileIn(plan: WebllmPlan, name: string, bytes: number | null = null): FileSpec {
  const known = plan.known[name];
  return {
    name,
    address: new URL(name, plan.folder).href,
    bytes: known?.bytes ?? bytes,
    sha256: known?.sha256 ?? null,
  };
}

async function fetchSmall<T>(spec: FileSpec, store: FileStore, schema: z.ZodType<T>): Promise<T> {
  const meter = new ProgressMeter();
  const options = { store, signal: never, meter, onProgress: () => undefined, checkKept: true };
  const [file] = await makeReady([spec], options);
  try {
    return schema.parse(JSON.parse((await file?.content?.text()) ?? ''));
  } catch (cause) {
    await store.remove(spec.address);
    throw new EngineError(
      'corrupt',
      `${spec.address} is not the description of an MLC model.`,
      'Check the address of the model; it names the folder that holds mlc-chat-config.json.',
      { cause },
    );
  }
}

/** Puts every file where WebLLM looks for it, each checked first; then WebLLM fetches nothing itself. */
async function fetchModel(
  plan: WebllmPlan,
  onState: (state: WebllmLoadState) => void,
): Promise<void> {
  const model = cacheStore(WEBLLM_CACHES.model);
  const config = await fetchSmall(
    fileIn(plan, CONFIG_FILE),
    cacheStore(WEBLLM_CACHES.config),
    configSchema,
  );
  const { records } = await fetchSmall(fileIn(plan, SHARD_LIST_FILE), model, shardListSchema);
  const tokenizer = ['tokenizer.json', 'tokenizer.model'].find((name) =>
    config.tokenizer_files.includes(name),
  );
  const weights = records.map(({ dataPath, nbytes }) => fileIn(plan, dataPath, nbytes));
  const files = tokenizer === undefined ? weights : [fileIn(plan, tokenizer), ...weights];

  const meter = new ProgressMeter();
  const report = throttled(() => onState({ kind: 'fetching', progress: meter.snapshot() }));
  const options = { signal: never, meter, onProgress: report.call, checkKept: false };
  const ready = [
    ...(await makeReady([plan.library], { ...options, store: cacheStore(WEBLLM_CACHES.library) })),
    ...(await makeReady(files, { ...options, store: model })),
  ];
  report.flush();
  const lost = ready.find(({ kept }) => !kept);
  if (lost !== undefined) {
    throw new EngineError(
      'storage',
      `There is no room left on the disk for the model: ${lost.spec.name} could not be kept.`,
      'Free some disk space or delete another model, then load it again. What was fetched is kept.',
    );
  }
}

/**
 * Asks for all the buffer size the adapter has, and hears of a lost device.
 * WebLLM itself asks for 1 GiB bindings, else falls to 128 MiB, less than a 3B's embedding.
 */
function watchDevices(onLost: (reason: string) => void): void {
  const { gpu } = navigator;
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  gpu.requestAdapter = async (options) => {
    const adapter = await requestAdapter(options);
    if (adapter === null) return null;
    const requestDevice = adapter.requestDevice.bind(adapter);
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    adapter.requestDevice = async (descriptor) => {
      const requiredLimits = {
        ...descriptor?.requiredLimits,
        maxBufferSize,
        maxStorageBufferBindingSize,
      };
      const device = await requestDevice({ ...descriptor, requiredLimits });
      void device.lost.then(({ reason, message }) => {
        if (reason !== 'destroyed') onLost(message);
      });
      return device;
    };
    return adapter;
  };
}

async function load(
  plan: WebllmPlan,
  onState: (state: WebllmLoadState) => void,
  onLost: (reason: string) => void,
): Promise<{ backend: string }> {
  if (typeof GPUAdapter === 'undefined') throw new Error('WebGPUNotAvailable');
  await fetchModel(plan, onState);
  onState({ kind: 'compiling' });
  watchDevices(onLost);
  let backend = 'WebGPU';
  const loading = new MLCEngine({
    appConfig: {
      model_list: [
        {
          model: plan.folder,
          model_id: plan.id,
          model_lib: plan.library.address,
          required_features: [...plan.requiredFeatures],
          overrides: { context_window_size: plan.contextTokens },
        },
      ],
    },
    initProgressCallback: ({ text }: InitProgressReport) => {
      backend = /^Finish loading on (.+)$/.exec(text)?.[1]?.trim() ?? backend;
    },
    logLevel: 'WARN',
  });
  await loading.reload(plan.id);
  engine = loading;
  return { backend };
}

async function generate(
  request: GenerateRequest,
  onToken: (piece: string, tokens: number) => void,
): Promise<GenerateResult> {
  if (engine === null) throw new Error('ModelNotLoaded');
  interrupted = false;
  const start = performance.now();
  let [text, tokens, promptTokens] = ['', 0, 0];
  let finish: GenerateResult['finish'] = 'length';
  // Always streaming: an interrupt of a call that does not stream sticks to the next one.
  const chunks = await engine.completions.create({
    prompt: request.prompt,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP ?? 1,
    seed: request.seed,
    stop: [...request.stop],
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of chunks) {
    const choice = chunk.choices[0];
    if (choice !== undefined && choice.finish_reason === null) {
      tokens += 1;
      text += choice.text;
      if (choice.text !== '') onToken(choice.text, tokens);
    }
    if (choice?.finish_reason === 'stop') finish = 'stop';
    promptTokens = chunk.usage?.prompt_tokens ?? promptTokens;
    tokens = chunk.usage?.completion_tokens ?? tokens;
    // An interrupt that came before the stream began would be forgotten by it.
    if (interrupted) await engine.interruptGenerate();
  }
  return { text, promptTokens, tokens, milliseconds: performance.now() - start, finish };
}

async function settle<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (cause) {
    return { ok: false, failure: toFailure(cause) };
  }
}

const api: WebllmApi = {
  load: (plan, onState, onLost) => settle(load(plan, onState, onLost)),
  generate: (request, onToken) => settle(generate(request, onToken)),
  interrupt: () => {
    interrupted = true;
    void engine?.interruptGenerate();
  },
};

Comlink.expose(api);
