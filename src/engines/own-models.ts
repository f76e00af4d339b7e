/** Models that are not in the page's catalogue: exported ones beside the page, and those whose address is typed. */
import { z } from 'zod';
import { abortError } from './abort';
import {
  absoluteAddress,
  catalogueSchema,
  hashOf,
  modelAt,
  wrongAddress,
  type Model,
} from './catalogue';
import { EngineError } from './engine';
import { cacheStore } from './files';

/** What `scripts/copy-models.mjs` writes: one catalogue for each folder of models/distilled. */
const LIST = 'models/distilled/catalogues.json';
const listSchema = z.object({ catalogues: z.array(z.string()) });
/** Kept copies of catalogues, so that a kept model is offered without a network. */
const CATALOGUES = 'rulewright-catalogues';

/**
 * The models of a catalogue file. Addresses in it are relative to it; ids and groups are set apart from the page's.
 * Throws EngineError `corrupt` when it is not a catalogue.
 */
export function readCatalogue(text: string, address: string): Model[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  const parsed = catalogueSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where =
      issue === undefined ? '' : ` (${issue.path.join('.') || 'all'}: ${issue.message})`;
    throw new EngineError(
      'corrupt',
      `${address} is no catalogue of models${where}.`,
      'Write it again with "npm run train -- export"; models/README.md lists the fields.',
    );
  }
  return parsed.data.models.map((model) => adopted(model, address));
}

function adopted(model: Model, address: string): Model {
  const mark = (name: string): string => `own-${hashOf(address)}-${name}`;
  const at = (place: string): string => absoluteAddress(place, address);
  const shared = {
    id: mark(model.id),
    group: mark(model.group),
    licence: { ...model.licence, address: at(model.licence.address) },
  };
  if (model.engine === 'webllm') {
    const { weights, library } = model;
    return {
      ...model,
      ...shared,
      address: at(model.address),
      weights: weights.kind === 'gguf' ? { ...weights, of: mark(weights.of) } : weights,
      library: { ...library, address: at(library.address) },
    };
  }
  const { source } = model;
  if (source.kind === 'manifest') {
    return { ...model, ...shared, source: { ...source, address: at(source.address) } };
  }
  const files = source.files.map((file) => ({ ...file, address: at(file.address) }));
  return { ...model, ...shared, source: { ...source, files } };
}

/** The text at an address, or the copy kept from an earlier visit; EngineError `network` without either. */
async function fetchText(address: string, signal: AbortSignal): Promise<string> {
  const store = cacheStore(CATALOGUES);
  let why = 'the server cannot be reached';
  try {
    const response = await fetch(address, { signal, cache: 'no-cache' });
    if (response.ok) {
      const text = await response.text();
      await store.write(address, new Blob([text], { type: 'application/json' }));
      return text;
    }
    why = `the server answered ${response.status}`;
  } catch {
    if (signal.aborted) throw abortError(signal);
  }
  const kept = await store.read(address);
  if (kept !== null) return await kept.text();
  throw new EngineError(
    'network',
    `The catalogue ${address} could not be fetched: ${why}.`,
    'Check the address. It names a catalogue.json or its folder, a GGUF file, or the folder of an MLC model and its library.',
  );
}

/** The models that lie beside the page; none where there are none, or none can be read. */
export async function distilledModels(
  signal: AbortSignal,
  base: string = document.baseURI,
): Promise<Model[]> {
  const list = absoluteAddress(LIST, base);
  try {
    const { catalogues } = listSchema.parse(JSON.parse(await fetchText(list, signal)));
    const addresses = catalogues.map((place) => absoluteAddress(place, list));
    const read = async (at: string): Promise<Model[]> =>
      readCatalogue(await fetchText(at, signal), at);
    const found = await Promise.allSettled(addresses.map(read));
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  } catch {
    if (signal.aborted) throw abortError(signal);
    return [];
  }
}

/**
 * The models at a typed address: a catalogue or its folder, a GGUF file, or an MLC folder, a space and its library.
 * Rejects with EngineError that says what is wrong with it.
 */
export async function modelsAt(
  typed: string,
  signal: AbortSignal,
  base: string = document.baseURI,
): Promise<Model[]> {
  const [first = '', library, ...more] = typed.trim().split(/\s+/);
  if (more.length > 0) throw wrongAddress(typed.trim(), 'it has more than two parts');
  if (library !== undefined) return [modelAt({ engine: 'webllm', address: first, library }, base)];
  const { pathname } = new URL(absoluteAddress(first, base));
  if (/\.gguf$/i.test(pathname)) return [modelAt({ engine: 'wllama', address: first }, base)];
  if (/\.(?!json$)[a-z]\w{1,11}$/i.test(pathname)) {
    throw wrongAddress(first, 'it is neither a catalogue (.json) nor a GGUF file (.gguf)');
  }
  const folder = pathname.endsWith('.json') ? first : `${first.replace(/\/*$/, '')}/catalogue.json`;
  const address = absoluteAddress(folder, base);
  return readCatalogue(await fetchText(address, signal), address);
}
