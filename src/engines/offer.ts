/** Chooses for each model the number format and the engine that suit this browser. Pure. */
import type { Model } from './catalogue';
import { judge, type BrowserFacts, type Verdict } from './preflight';

export type EngineName = Model['engine'];
/** Which engine a person wants where a model has both. */
export type EnginePreference = 'automatic' | EngineName;

export interface OfferedModel {
  readonly model: Model;
  readonly verdict: Verdict;
  /** The engines that the model has; the preference matters where there are two. */
  readonly engines: readonly EngineName[];
  /** Why it is this engine, in a sentence; null where there is no choice. */
  readonly why: string | null;
}

interface Judged {
  readonly model: Model;
  readonly verdict: Verdict;
}

/** What runs a model, as the page names it. */
export const ENGINE_WORDS: Record<EngineName, string> = {
  webllm: 'graphics processor',
  wllama: 'processor',
};

/**
 * One model of each group, in the catalogue's order: the first that runs, else the first that runs slowly, else the
 * first that has no lack of features. Of number formats that is q4f16 with shader-f16 (less memory, faster), else
 * q4f32; of engines WebLLM on a real graphics processor, else wllama.
 * @param cached ids of the models whose files are kept
 */
export function offeredModels(
  models: readonly Model[],
  facts: BrowserFacts,
  cached: ReadonlySet<string> = new Set(),
  preference: EnginePreference = 'automatic',
): OfferedModel[] {
  const groups = new Map<string, Judged[]>();
  for (const model of models) {
    const judged = { model, verdict: judge(model, facts, cached.has(model.id)) };
    groups.set(model.group, [...(groups.get(model.group) ?? []), judged]);
  }
  return [...groups.values()].flatMap((variants) => offerOf(variants, facts, preference));
}

function best(variants: readonly Judged[], facts: BrowserFacts): Judged | undefined {
  const features = facts.gpu.kind === 'adapter' ? facts.gpu.features : [];
  const fitting = variants.filter(
    ({ model }) =>
      model.engine === 'wllama' ||
      model.requiredFeatures.every((feature) => features.includes(feature)),
  );
  const first = (kind: Verdict['kind']): Judged | undefined =>
    fitting.find(({ verdict }) => verdict.kind === kind);
  return first('runs') ?? first('runs-slowly') ?? fitting[0] ?? variants[0];
}

function offerOf(
  variants: readonly Judged[],
  facts: BrowserFacts,
  preference: EnginePreference,
): OfferedModel[] {
  const engines = [...new Set(variants.map(({ model }) => model.engine))];
  const automatic = best(variants, facts);
  if (automatic === undefined) return [];
  if (engines.length < 2) return [{ ...automatic, engines, why: null }];
  const wanted = best(
    variants.filter(({ model }) => model.engine === preference),
    facts,
  );
  if (wanted !== undefined && wanted.verdict.kind !== 'cannot') {
    const why = `It runs on the ${ENGINE_WORDS[wanted.model.engine]} because you chose so.`;
    return [{ ...wanted, engines, why }];
  }
  return [{ ...automatic, engines, why: reason(automatic, variants, facts) }];
}

/** Why the browser, and not a person, led to this engine. */
function reason(
  { model, verdict }: Judged,
  variants: readonly Judged[],
  facts: BrowserFacts,
): string {
  const words = ENGINE_WORDS[model.engine];
  if (model.engine === 'webllm') {
    const other = variants.find((one) => one.model.engine === 'wllama')?.verdict;
    if (verdict.kind !== 'runs' && other !== undefined && other.kind !== 'runs') {
      return `It runs on the ${words}. ${other.reason}`;
    }
    const name = facts.gpu.kind === 'adapter' ? facts.gpu.description : '';
    return `It runs on the ${words}${name === '' ? '' : ` (${name})`}, which is faster.`;
  }
  const other = best(
    variants.filter((one) => one.model.engine === 'webllm'),
    facts,
  );
  if (other === undefined || other.verdict.kind === 'runs') return `It runs on the ${words}.`;
  return `It runs on the ${words}. ${other.verdict.reason}`;
}
