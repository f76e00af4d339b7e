/** The engines' front door: models, what runs here, and an engine for a model. */
import { catalogue, type Model } from './catalogue';
import type { Engine } from './engine';
import { deleteWebllmCached, isWebllmCached, WebllmEngine } from './webllm';
import { WllamaEngine } from './wllama';
import { deleteWllamaCached, fetchModel, isWllamaCached } from './wllama-files';

export * from './engine';
export {
  catalogue,
  findModel,
  modelAt,
  promptFor,
  STARTER_ID,
  type Model,
  type ModelAddress,
  type WebllmModel,
  type WllamaModel,
} from './catalogue';
export {
  offeredModels,
  judge,
  type BrowserFacts,
  type OfferedModel,
  type Verdict,
} from './preflight';
export { readBrowserFacts } from './browser-facts';

/** An engine for one model; nothing is fetched before `load`. */
export function createEngine(model: Model): Engine {
  return model.engine === 'webllm' ? new WebllmEngine(model) : new WllamaEngine(model);
}

/** True when the model loads without a network. */
export function isCached(model: Model): Promise<boolean> {
  return model.engine === 'webllm' ? isWebllmCached(model) : isWllamaCached(model);
}

/** Deletes what is kept of a model; unload its engine first. A library that another model needs stays. */
export async function deleteCached(
  model: Model,
  others: readonly Model[] = catalogue,
): Promise<void> {
  if (model.engine === 'wllama') return await deleteWllamaCached(model);
  await deleteWebllmCached(
    model,
    others.filter((other) => other.engine === 'webllm'),
  );
}

/** Fetches and keeps a model's files without loading it, so that it works without a network later. */
export async function fetchAhead(model: Model, signal: AbortSignal): Promise<void> {
  if (model.engine === 'wllama') await fetchModel(model, () => undefined, signal);
}
