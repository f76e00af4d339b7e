/** The one place where the real parts are made: the Python runtime, the engines, the storage. */
import {
  catalogue,
  createEngine,
  deleteCached,
  EngineError,
  fetchAhead,
  findModel,
  isCached,
  modelAt,
  offeredModels,
  judge,
  promptFor,
  readBrowserFacts,
  STARTER_ID,
  type Model as CatalogueModel,
} from '../engines';
import { openIndexedDb } from '../library/storage';
import { servedGames } from '../rules/gallery';
import { createRuntime } from '../runtime/client';
import { searchWorkers, thisMachine } from '../runtime/cores';
import type { Model, Models, Offered, Services } from './service-types';

/** Characters of English that a token holds, with a margin: the engine itself counts exactly. */
const CHARACTERS_A_TOKEN = 4.8;
/** Tokens of the prompt's frame. */
const FRAME_TOKENS = 30;

function pageModel(model: CatalogueModel): Model {
  const frame = FRAME_TOKENS + Math.ceil(promptFor(model, '').length / CHARACTERS_A_TOKEN);
  const rulesTokens = Math.max(0, model.contextTokens - model.answerTokens - frame);
  return {
    id: model.id,
    title: model.title,
    summary: model.description,
    bytes: model.totalBytes,
    rulesCharacters: Math.floor((rulesTokens * CHARACTERS_A_TOKEN) / 100) * 100,
    maxTokens: model.answerTokens,
    stop: model.stop,
    familiesOnly: model.writes === 'families',
    prompt: (rules) => promptFor(model, rules),
  };
}

function createModels(): Models {
  const starter = findModel(STARTER_ID) ?? catalogue[0];
  if (starter === undefined) throw new Error('the catalogue of models is empty');
  const known = new Map<string, CatalogueModel>(catalogue.map((model) => [model.id, model]));
  const behind = (model: Model): CatalogueModel => {
    const found = known.get(model.id);
    if (found === undefined) throw new Error(`${model.title} is not in the catalogue`);
    return found;
  };
  return {
    starter: pageModel(starter),
    async offer(custom) {
      const facts = await readBrowserFacts();
      const all = [...catalogue, ...custom.map(behind)];
      const kept = await Promise.all(
        all.map(async (model) => ((await isCached(model).catch(() => false)) ? [model.id] : [])),
      );
      const cached = new Set(kept.flat());
      const offers: Offered[] = offeredModels(all, facts, cached).map(({ model, verdict }) => ({
        model: pageModel(model),
        verdict,
        cached: cached.has(model.id),
      }));
      // The starter can always be chosen, even where it cannot run: the page then says why.
      if (offers.some(({ model }) => model.id === starter.id)) return offers;
      const verdict = judge(starter, facts, cached.has(starter.id));
      return [{ model: pageModel(starter), verdict, cached: cached.has(starter.id) }, ...offers];
    },
    custom(address) {
      try {
        // One address is a GGUF file; two are the folder of an MLC model and its library.
        const [first = '', library] = address.trim().split(/\s+/);
        const place =
          library === undefined
            ? ({ engine: 'wllama', address: first } as const)
            : ({ engine: 'webllm', address: first, library } as const);
        const model = modelAt(place);
        known.set(model.id, model);
        return pageModel(model);
      } catch (error) {
        if (error instanceof EngineError) {
          throw new Error(`${error.message} ${error.nextStep}`, { cause: error });
        }
        throw error;
      }
    },
    remove: (model) => deleteCached(behind(model), [...known.values()]),
    createEngine: (model) => createEngine(behind(model)),
  };
}

export function createServices(): Services {
  return {
    runtime: createRuntime(),
    models: createModels(),
    games: servedGames,
    openStorage: openIndexedDb,
    now: () => Date.now(),
    newId: () =>
      crypto.getRandomValues(new Uint32Array(3)).reduce((id, part) => id + part.toString(36), ''),
    searchWorkers: () => searchWorkers(thisMachine()),
    newSeed: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 1,
  };
}

/** Fetches the starter's weights before they are asked for; kept files are not fetched again. */
export async function fetchStarter(signal: AbortSignal): Promise<void> {
  const starter = findModel(STARTER_ID);
  if (starter !== undefined) await fetchAhead(starter, signal);
}
