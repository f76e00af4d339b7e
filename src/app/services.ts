/** The one place where the real parts are made: the Python runtime, the engines, the storage. */
import {
  catalogue,
  createEngine,
  deleteCached,
  distilledModels,
  EngineError,
  fetchAhead,
  findModel,
  isCached,
  modelsAt,
  offeredModels,
  promptFor,
  readBrowserFacts,
  STARTER_ID,
  type Model as CatalogueModel,
  type OfferedModel,
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
    id: model.group,
    variant: model.id,
    engine: model.engine,
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

/** An EngineError in one text: what, why, and what next. */
function inWords(error: unknown): Error {
  if (!(error instanceof EngineError)) return new Error(String(error), { cause: error });
  return new Error(`${error.message} ${error.nextStep}`, { cause: error });
}

/** Each model once, the first of an id. */
function distinct(models: readonly CatalogueModel[]): CatalogueModel[] {
  return [...new Map(models.toReversed().map((model) => [model.id, model])).values()].toReversed();
}

/** Every cached one of these, by id. */
async function keptOf(models: readonly CatalogueModel[]): Promise<Set<string>> {
  const kept = await Promise.all(models.map((model) => isCached(model).catch(() => false)));
  return new Set(models.filter((_, index) => kept[index]).map(({ id }) => id));
}

function createModels(): Models {
  const starter = findModel(STARTER_ID) ?? catalogue[0];
  if (starter === undefined) throw new Error('the catalogue of models is empty');
  const never = new AbortController().signal;
  let added: readonly CatalogueModel[] = [];
  let beside: Promise<readonly CatalogueModel[]> | null = null;
  let known: readonly CatalogueModel[] = catalogue;

  const all = async (): Promise<readonly CatalogueModel[]> => {
    beside ??= distilledModels(never);
    known = distinct([...catalogue, ...(await beside), ...added]);
    return known;
  };
  const shown = (
    { model, verdict, engines, why }: OfferedModel,
    kept: ReadonlySet<string>,
  ): Offered => {
    const variants = known.filter(({ group }) => group === model.group);
    const cached = variants.some(({ id }) => kept.has(id));
    return { model: pageModel(model), verdict, cached, engines, why };
  };
  return {
    starter: pageModel(starter),
    async offer(preference) {
      const [facts, models] = await Promise.all([readBrowserFacts(), all()]);
      const kept = await keptOf(models);
      return offeredModels(models, facts, kept, preference).map((offer) => shown(offer, kept));
    },
    async add(address) {
      const found = await modelsAt(address, never).catch((error: unknown) => {
        throw inWords(error);
      });
      added = distinct([...found, ...added]);
      await all();
      const [first] = found;
      if (first === undefined) throw new Error('The catalogue is empty.');
      return pageModel(first);
    },
    async remove({ id }) {
      const variants = known.filter(({ group }) => group === id);
      for (const model of variants) await deleteCached(model, known);
    },
    createEngine({ variant, title }) {
      const model = known.find(({ id }) => id === variant);
      if (model === undefined) throw new Error(`${title} is not in the catalogue`);
      return createEngine(model);
    },
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

/**
 * Fetches what the starter needs before it is asked for; kept files are not fetched again. Both engines share the
 * weights, and each one's program is kept: where the graphics processor fails, the other works without a network.
 */
export async function fetchStarter(signal: AbortSignal): Promise<void> {
  const { gpu } = await readBrowserFacts();
  const variants = catalogue.filter(({ group }) => group === STARTER_ID);
  for (const model of variants.toReversed()) {
    if (model.engine === 'webllm' && (gpu.kind !== 'adapter' || gpu.software)) continue;
    await fetchAhead(model, signal);
  }
}
