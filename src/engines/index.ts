/** The engines' front door: models, what runs here, and an engine for a model. */
import { catalogue, type Model } from './catalogue';
import type { Engine } from './engine';
import { planFor, WebllmEngine } from './webllm';
import { deletePlan, fetchPlanAhead, isPlanKept } from './webllm-files';
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
export { judge, type BrowserFacts, type Verdict } from './preflight';
export {
  ENGINE_WORDS,
  offeredModels,
  type EngineName,
  type EnginePreference,
  type OfferedModel,
} from './offer';
export { recovering } from './recovering';
export { readBrowserFacts } from './browser-facts';
export { distilledModels, modelsAt, readCatalogue } from './own-models';

/** An engine for one model; nothing is fetched before `load`. */
export function createEngine(model: Model): Engine {
  return model.engine === 'webllm' ? new WebllmEngine(model) : new WllamaEngine(model);
}

/** True when the model loads without a network. */
export function isCached(model: Model): Promise<boolean> {
  return model.engine === 'webllm' ? isPlanKept(planFor(model)) : isWllamaCached(model);
}

/** Deletes what is kept of a model; unload its engine first. A library that another model needs stays. */
export async function deleteCached(
  model: Model,
  others: readonly Model[] = catalogue,
): Promise<void> {
  if (model.engine === 'wllama') return await deleteWllamaCached(model);
  const plans = others.filter((other) => other.engine === 'webllm').map(planFor);
  await deletePlan(planFor(model), plans);
}

/** Fetches and keeps a model's files without loading it, so that it works without a network later. */
export async function fetchAhead(model: Model, signal: AbortSignal): Promise<void> {
  if (model.engine === 'wllama') await fetchModel(model, () => undefined, signal);
  else await fetchPlanAhead(planFor(model), signal);
}
