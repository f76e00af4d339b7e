/** The files of a WebLLM model: fetched and checked by us, so that WebLLM itself fetches nothing. Runs in any thread. */
import { z } from 'zod';
import { EngineError } from './engine';
import { cacheStore, makeReady, type FetchOptions, type FileSpec, type FileStore } from './files';
import { isGgufKept, readGgufFiles, readyGguf, type GgufPlace } from './gguf-files';
import { describingFiles, weightFiles } from './gguf-to-mlc';
import { serveMade } from './made-cache';
import { forgetPipelineList } from './pipelines-ahead';
import { ProgressMeter, throttled } from './progress';
import {
  CONFIG_FILE,
  SHARD_LIST_FILE,
  WEBLLM_CACHES,
  type WebllmLoadState,
  type WebllmPlan,
} from './webllm-protocol';

const configSchema = z.object({ tokenizer_files: z.array(z.string()) });
const shardListSchema = z.object({
  records: z
    .array(
      z.object({
        dataPath: z.string(),
        nbytes: z.number().int().positive(),
        md5sum: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .optional(),
      }),
    )
    .min(1),
});

type Options = Omit<FetchOptions, 'store' | 'checkKept'>;

/** WebLLM never keeps a library whose address has "localhost" in it, so it is told another one. */
const LIBRARY_ALIAS = 'http://model-library.invalid/';

function aliasName({ library }: WebllmPlan): string {
  return library.address.replaceAll('localhost', 'this-host');
}

export function libraryAlias(plan: WebllmPlan): string {
  return `${LIBRARY_ALIAS}${aliasName(plan)}`;
}

/**
 * Makes everything ready under the addresses that WebLLM will ask for. Where the weights are GGUF, WebLLM may ask from
 * the start: an answer comes when the file that it needs is there and whole.
 */
export async function fetchPlan(
  plan: WebllmPlan,
  onState: (state: WebllmLoadState) => void,
  signal: AbortSignal,
): Promise<void> {
  const meter = new ProgressMeter();
  const report = throttled(() => onState({ kind: 'fetching', progress: meter.snapshot() }));
  const options = { signal, meter, onProgress: report.call };
  const library = fetchLibrary(plan, options);
  serveMade(
    LIBRARY_ALIAS,
    library.then((content) => new Map([[aliasName(plan), () => content]])),
  );
  const weights =
    plan.gguf === null ? fetchMlc(plan, options) : serveGguf(plan, plan.gguf, options);
  await Promise.all([library, weights]);
  report.flush();
}

/** What describes the model is served once its first file is there: WebLLM starts with that. */
async function serveGguf(plan: WebllmPlan, gguf: GgufPlace, options: Options): Promise<void> {
  const { first, all } = readGgufFiles(gguf, options);
  const describing = first.then((part) => describingFiles(part, plan.contextTokens));
  const weights = all.then(weightFiles);
  serveMade(plan.folder, describing);
  serveMade(plan.folder, weights);
  await Promise.all([weights, describing]);
}

/** Keeps the library and, where the weights are GGUF, these too, without loading them. */
export async function fetchPlanAhead(plan: WebllmPlan, signal: AbortSignal): Promise<void> {
  const options = { signal, meter: new ProgressMeter(), onProgress: () => undefined };
  await fetchLibrary(plan, options);
  if (plan.gguf !== null) await readyGguf(plan.gguf, options);
}

async function fetchLibrary(plan: WebllmPlan, options: Options): Promise<Blob> {
  const store = cacheStore(WEBLLM_CACHES.library);
  const [file] = await makeReady([plan.library], { ...options, store, checkKept: true });
  return file?.content ?? new Blob();
}

function fileIn(plan: WebllmPlan, name: string, bytes: number | null = null): FileSpec {
  const known = plan.known[name];
  return {
    name,
    address: new URL(name, plan.folder).href,
    bytes: known?.bytes ?? bytes,
    sha256: known?.sha256 ?? null,
  };
}

async function fetchSmall<T>(
  spec: FileSpec,
  store: FileStore,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const options = { store, signal, onProgress: () => undefined, checkKept: true };
  const [file] = await makeReady([spec], { ...options, meter: new ProgressMeter() });
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

async function fetchMlc(plan: WebllmPlan, options: Options): Promise<void> {
  const { signal } = options;
  const [model, configs] = [cacheStore(WEBLLM_CACHES.model), cacheStore(WEBLLM_CACHES.config)];
  const config = await fetchSmall(fileIn(plan, CONFIG_FILE), configs, configSchema, signal);
  const list = fileIn(plan, SHARD_LIST_FILE);
  const { records } = await fetchSmall(list, model, shardListSchema, signal);
  const tokenizer = ['tokenizer.json', 'tokenizer.model'].filter((name) =>
    config.tokenizer_files.includes(name),
  );
  const files = [
    ...tokenizer.slice(0, 1).map((name) => fileIn(plan, name)),
    ...records.map(({ dataPath, nbytes, md5sum }) => ({
      ...fileIn(plan, dataPath, nbytes),
      md5: md5sum ?? null,
    })),
  ];
  const ready = await makeReady(files, { ...options, store: model, checkKept: true });
  const lost = ready.find(({ kept }) => !kept);
  if (lost === undefined) return;
  throw new EngineError(
    'storage',
    `There is no room left on the disk for the model: ${lost.spec.name} could not be kept.`,
    'Free some disk space or delete another model, then load it again. What was fetched is kept.',
  );
}

/** Every address of the folder that WebLLM keeps, once the list of shards is there. */
async function keptShards(folder: string): Promise<string[] | null> {
  const list = await cacheStore(WEBLLM_CACHES.model).read(new URL(SHARD_LIST_FILE, folder).href);
  if (list === null) return null;
  const { records } = shardListSchema.parse(JSON.parse(await list.text()));
  return records.map(({ dataPath }) => new URL(dataPath, folder).href);
}

async function areWeightsKept({ folder, gguf }: WebllmPlan): Promise<boolean> {
  if (gguf !== null) return await isGgufKept(gguf);
  const shards = await keptShards(folder);
  if (shards === null) return false;
  const store = cacheStore(WEBLLM_CACHES.model);
  const config = cacheStore(WEBLLM_CACHES.config).has(new URL(CONFIG_FILE, folder).href);
  return (await Promise.all([config, ...shards.map((at) => store.has(at))])).every(Boolean);
}

/** True when the model loads without a network. */
export async function isPlanKept(plan: WebllmPlan): Promise<boolean> {
  const library = await cacheStore(WEBLLM_CACHES.library).has(plan.library.address);
  return library && (await areWeightsKept(plan));
}

/**
 * Deletes what is kept of the model; its library too, unless a model of `others` that is kept needs it.
 * GGUF weights belong to the wllama model whose cache they are in, and go with it.
 */
export async function deletePlan(plan: WebllmPlan, others: readonly WebllmPlan[]): Promise<void> {
  if (typeof caches === 'undefined') return;
  if (plan.gguf !== null) await caches.delete(plan.gguf.cache);
  for (const name of [WEBLLM_CACHES.model, WEBLLM_CACHES.config]) {
    const cache = await caches.open(name);
    const kept = (await cache.keys()).filter(({ url }) => url.startsWith(plan.folder));
    await Promise.all(kept.map((key) => cache.delete(key)));
  }
  for (const other of others) {
    const shared = other.library.address === plan.library.address && other.id !== plan.id;
    if (shared && (await areWeightsKept(other))) return;
  }
  await cacheStore(WEBLLM_CACHES.library).remove(plan.library.address);
  await forgetPipelineList(plan.library.address);
}
