/** The models that the page offers: `models/catalogue.json`, checked, and models given by address. */
import { z } from 'zod';
import data from '../../models/catalogue.json';
import systemText from '../../models/prompts/gamecwm.md?raw';
import { EngineError } from './engine';
import { sha256Schema, manifestBytes, manifestSchema } from './manifest';

const count = z.number().int().positive();
/** Absolute, or relative to the page. */
const address = z.string().min(1);

const fileSchema = z.object({ address, bytes: count.nullable(), sha256: sha256Schema.nullable() });

const common = {
  id: z.string().regex(/^[\w.-]+$/),
  title: z.string().min(1),
  description: z.string(),
  /** Models of one group are the same model in other number formats: the page offers the best that runs. */
  group: z.string().min(1),
  /** What it can write: the generated game families only, or any game. */
  writes: z.enum(['families', 'any']),
  licence: z.object({ name: z.string().min(1), address, note: z.string().nullable() }),
  contextTokens: count,
  /** Longest answer worth waiting for. */
  answerTokens: count,
  prompt: z.object({
    /** The raw prompt; `{rules}` and, where used, `{system}` are filled in. */
    template: z.string().includes('{rules}'),
  }),
  stop: z.array(z.string().min(1)).min(1).max(4),
  /** All that is fetched; null: known from the manifest or the server only. */
  totalBytes: count.nullable(),
};

const wllamaSchema = z.object({
  ...common,
  engine: z.literal('wllama'),
  /** GGUF files: listed here, or in a manifest beside them. */
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('manifest'), address }),
    z.object({ kind: z.literal('files'), files: z.array(fileSchema).min(1) }),
  ]),
});

const webllmSchema = z.object({
  ...common,
  engine: z.literal('webllm'),
  /** Folder of the weights; of an MLC model: mlc-chat-config.json, tensor-cache.json, tokenizer and shards. */
  address,
  /** `gguf`: the folder holds a manifest and the GGUF files of the wllama model `of`, turned round while loading. */
  weights: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('mlc') }),
      z.object({ kind: z.literal('gguf'), of: z.string() }),
    ])
    .default({ kind: 'mlc' }),
  /** The compiled model library (WebAssembly and shaders). */
  library: fileSchema,
  /** Bytes and hashes of files in the folder, by name; null: not known, then bytes come from tensor-cache.json. */
  files: z
    .array(z.object({ name: z.string().min(1), bytes: count.nullable(), sha256: sha256Schema }))
    .nullable(),
  quantization: z.enum(['q4f16_1', 'q4f32_1', 'other']),
  requiredFeatures: z.array(z.string()),
  /** Graphics memory in MB (as MLC counts it: MiB) with this context. */
  vramMb: z.number().positive().nullable(),
  /** The largest tensor bound at once; the adapter's storage-buffer limit must hold it. */
  largestBindingBytes: count.nullable(),
});

export const modelSchema = z.discriminatedUnion('engine', [wllamaSchema, webllmSchema]);
export const catalogueSchema = z.object({
  version: z.literal(1),
  models: z
    .array(modelSchema)
    .min(1)
    .refine(
      (models) => new Set(models.map(({ id }) => id)).size === models.length,
      'ids must differ',
    ),
});

export type Model = z.infer<typeof modelSchema>;
export type WllamaModel = z.infer<typeof wllamaSchema>;
export type WebllmModel = z.infer<typeof webllmSchema>;

/** The starter's manifest, where the weights are in the repository: gives its size before anything is fetched. */
const manifests = import.meta.glob<unknown>('../../models/*/manifest.json', {
  eager: true,
  import: 'default',
});

export const MANIFEST_FILE = 'manifest.json';

function manifestAddress(model: Model): string | null {
  if (model.engine === 'webllm') {
    return model.weights.kind === 'gguf' ? `${model.address}/${MANIFEST_FILE}` : null;
  }
  return model.source.kind === 'manifest' ? model.source.address : null;
}

/** What made each library that ships: gives its size and hash, so that no built file is described twice. */
const libraries = import.meta.glob<unknown>('../../models/library/built/*.json', {
  eager: true,
  import: 'default',
});
const builtSchema = z.object({ bytes: count, sha256: sha256Schema });

function withLibrary(model: Model): Model {
  const name = /^models\/library\/([\w.-]+)\.wasm$/.exec(
    model.engine === 'webllm' ? model.library.address : '',
  )?.[1];
  const built = builtSchema.safeParse(libraries[`../../models/library/built/${name}.json`]);
  if (model.engine !== 'webllm' || !built.success) return model;
  return { ...model, library: { ...model.library, ...built.data } };
}

function withManifestBytes(model: Model): Model {
  const address = manifestAddress(model);
  if (address === null || model.totalBytes !== null) return model;
  const manifest = manifestSchema.safeParse(manifests[`../../${address}`]);
  if (!manifest.success) return model;
  const library = model.engine === 'webllm' ? (model.library.bytes ?? 0) : 0;
  return { ...model, totalBytes: manifestBytes(manifest.data) + library };
}

/** Every model of the catalogue, the starter first; of a group the most wanted first. */
export const catalogue: readonly Model[] = catalogueSchema
  .parse(data)
  .models.map(withLibrary)
  .map(withManifestBytes);

export const STARTER_ID = 'starter';

/** The entry with this id; undefined when there is none (a model once given by address, a removed entry). */
export function findModel(id: string): Model | undefined {
  return catalogue.find((model) => model.id === id);
}

/**
 * The raw prompt for a model: its template with the rules filled in.
 * Control tokens typed into the rules are broken up, so that rules cannot end their own turn.
 */
export function promptFor(model: Model, rules: string): string {
  const plain = rules.trim().replaceAll('<|', '< |');
  return model.prompt.template.replace(/\{(system|rules)\}/g, (_, name: string) =>
    name === 'system' ? systemText.trim() : plain,
  );
}

const CHAT_TEMPLATE =
  '<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{rules}<|im_end|>\n<|im_start|>assistant\n';

/** A model by address: weights folder and library of an MLC model, or (the first part of) a GGUF model. */
export type ModelAddress =
  | {
      readonly engine: 'webllm';
      readonly address: string;
      readonly library: string;
      readonly contextTokens?: number;
    }
  | { readonly engine: 'wllama'; readonly address: string; readonly contextTokens?: number };

function isHalfPrecision(place: string): boolean {
  return /q\df16/.test(place);
}

/** An entry for a model that is not in the catalogue; throws EngineError when the address cannot be one. */
export function modelAt(place: ModelAddress, base: string = document.baseURI): Model {
  const absolute = absoluteAddress(place.address, base);
  const name = decodeURIComponent(
    absolute
      .split('?')[0]
      ?.split('/')
      .findLast((part) => part !== '') ?? absolute,
  );
  const shared = {
    id: `custom-${hashOf(JSON.stringify(place))}`,
    title: name,
    description: `A model of your own, from ${new URL(absolute).host}.`,
    group: `custom-${absolute}`,
    writes: 'any',
    licence: { name: 'not known', address: absolute, note: 'See the page of the model.' },
    answerTokens: 2048,
    prompt: { template: CHAT_TEMPLATE },
    stop: ['<|im_end|>', '<|endoftext|>'],
    totalBytes: null,
  } as const;
  if (place.engine === 'wllama') {
    if (!/\.gguf$/i.test(absolute.split('?')[0] ?? '')) {
      throw wrongAddress(place.address, 'a GGUF file ends in .gguf');
    }
    const files = ggufParts(absolute).map((part) => ({ address: part, bytes: null, sha256: null }));
    const source = { kind: 'files', files } as const;
    return modelSchema.parse({
      ...shared,
      engine: 'wllama',
      source,
      contextTokens: place.contextTokens ?? 4096,
    });
  }
  return modelSchema.parse({
    ...shared,
    engine: 'webllm',
    address: absolute,
    weights: { kind: 'mlc' },
    library: { address: absoluteAddress(place.library, base), bytes: null, sha256: null },
    files: null,
    quantization: 'other',
    requiredFeatures:
      isHalfPrecision(place.library) || isHalfPrecision(absolute) ? ['shader-f16'] : [],
    vramMb: null,
    largestBindingBytes: null,
    contextTokens: place.contextTokens ?? 4096,
  });
}

/** The parts of a split GGUF model from the address of any of them; a model in one file is its own part. */
export function ggufParts(place: string): string[] {
  const match = /-(\d{5})-of-(\d{5})(\.gguf(?:\?.*)?)$/i.exec(place);
  if (match === null) return [place];
  const [whole, , total = '00001', end = ''] = match;
  const stem = place.slice(0, -whole.length);
  return Array.from(
    { length: Number(total) },
    (_, index) => `${stem}-${String(index + 1).padStart(5, '0')}-of-${total}${end}`,
  );
}

export function absoluteAddress(place: string, base: string): string {
  let url: URL;
  try {
    url = new URL(place.trim(), base);
  } catch {
    throw wrongAddress(place, 'it is not an address');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw wrongAddress(place, 'it must start with http:// or https://');
  }
  return url.href;
}

export function wrongAddress(place: string, why: string): EngineError {
  return new EngineError(
    'unsupported',
    `“${place}” cannot be the address of a model: ${why}.`,
    'Give the address of a catalogue.json or its folder, of a .gguf file, or of the folder of an MLC model and its library.',
  );
}

/** FNV-1a, 32 bits: names a custom model, nothing more. */
export function hashOf(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text))
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
