/**
 * A Llama model in GGUF (Q4_0), as the folder that WebLLM loads: configuration, tokenizer, list of shards, shards.
 * Nothing is written anywhere: each shard is made when WebLLM asks for it, a layer at a time.
 * Names and the tensor cache's format are MLC's; the layout is that of models/library/README.md.
 */
import { GGML, readDescription, readGguf, unreadable, type Gguf, type GgufTensor } from './gguf';
import { tokenizerJson } from './gguf-tokenizer';
import { BLOCK_BYTES, GROUP, roomForTransposed, storedRow, transposeInto } from './transpose';
import { CONFIG_FILE, SHARD_LIST_FILE } from './webllm-protocol';

/** The files of a folder by name, each made when asked for. */
export type MadeFiles = ReadonlyMap<string, () => string | ArrayBuffer>;

interface Shape {
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  /** Rows of a head. */
  readonly head: number;
  readonly endToken: number;
}

/** One tensor as the library wants it: fused from these tensors of the file, one under the other. */
interface Parameter {
  readonly name: string;
  readonly sources: readonly GgufTensor[];
  /** Rows of a head where llama.cpp turned them, by source. */
  readonly heads: readonly (number | null)[];
}

interface TensorRecord {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'uint32' | 'float32';
  readonly format: 'raw';
  readonly nbytes: number;
  readonly byteOffset: number;
}

/**
 * Configuration and tokenizer, from the model's first part.
 * Throws EngineError `corrupt` for a model of another kind: only Llama is known.
 */
export function describingFiles(first: ArrayBuffer, contextTokens: number): MadeFiles {
  const fields = readDescription(first);
  const config = chatConfig(shapeOf(fields), contextTokens);
  return new Map([
    [CONFIG_FILE, () => JSON.stringify(config)],
    ['tokenizer.json', () => JSON.stringify(tokenizerJson(fields))],
  ]);
}

/** Shards and their list, from all parts. Throws EngineError `corrupt` unless it is Q4_0 with a tied head. */
export function weightFiles(parts: readonly ArrayBuffer[]): MadeFiles {
  const model = readGguf(parts);
  if (model.tensors.has('output.weight')) throw unreadable('its head is not its embedding');
  const shards = shardsOf(model, shapeOf(model.fields)).map((parameters, index) => {
    const record = shardRecord(`params_shard_${index}.bin`, parameters);
    return { record, make: () => shardOf(parameters, record.nbytes) };
  });
  const records = shards.map(({ record }) => record);
  const list = { metadata: { ParamSize: records.length }, records };
  const makers = oneAhead(shards.map(({ make }) => make));
  return new Map<string, () => string | ArrayBuffer>([
    [SHARD_LIST_FILE, () => JSON.stringify(list)],
    ...records.map(({ dataPath }, index) => [dataPath, makers[index] ?? (() => '')] as const),
  ]);
}

/** Time for the shard in hand to be on its way to the graphics processor. */
const AHEAD_MILLISECONDS = 4;

/** The same makers, asked in order: while one's content is being uploaded the next one's is made. */
function oneAhead(makers: readonly (() => ArrayBuffer)[]): (() => ArrayBuffer)[] {
  let ahead: { readonly index: number; readonly content: ArrayBuffer } | null = null;
  const prepare = (index: number): void => {
    const make = makers[index];
    if (make === undefined) return;
    setTimeout(() => {
      try {
        ahead ??= { index, content: make() };
      } catch {
        // Whoever asks for it is told.
      }
    }, AHEAD_MILLISECONDS);
  };
  prepare(0);
  return makers.map((make, index) => () => {
    const content = ahead?.index === index ? ahead.content : make();
    ahead = null;
    prepare(index + 1);
    return content;
  });
}

function shapeOf(fields: Gguf['fields']): Shape {
  const architecture = fields.get('general.architecture');
  if (architecture !== 'llama') {
    throw unreadable(`WebLLM is given only Llama models in GGUF, not ${String(architecture)}`);
  }
  const number = (name: string): number => {
    const value = Number(fields.get(name));
    if (!Number.isInteger(value) || value < 0) throw unreadable(`its header has no ${name}`);
    return value;
  };
  const hidden = number('llama.embedding_length');
  const tokens = fields.get('tokenizer.ggml.tokens');
  return {
    layers: number('llama.block_count'),
    hidden,
    vocabulary: Array.isArray(tokens) ? tokens.length : 0,
    head: hidden / number('llama.attention.head_count'),
    endToken: number('tokenizer.ggml.eos_token_id'),
  };
}

function tensor(tensors: Gguf['tensors'], name: string): GgufTensor {
  const found = tensors.get(name);
  if (found === undefined) throw unreadable(`the tensor ${name} is missing`);
  const wanted = found.shape.length === 2 ? GGML.q4_0 : GGML.f32;
  if (found.type !== wanted) {
    throw unreadable(`the tensor ${name} is of type ${found.type}: only Q4_0 and F32 are read`);
  }
  return found;
}

/** The embedding, each layer, the last norm: a shard each. */
function shardsOf({ tensors }: Gguf, { layers, head }: Shape): Parameter[][] {
  const one = (name: string, source: string): Parameter => ({
    name,
    sources: [tensor(tensors, source)],
    heads: [null],
  });
  const fused = (name: string, sources: readonly string[], heads: Parameter['heads']) => ({
    name,
    sources: sources.map((source) => tensor(tensors, source)),
    heads,
  });
  const layer = (index: number): Parameter[] => {
    const [to, from] = [`model.layers.${index}`, `blk.${index}`];
    const qkv = ['q', 'k', 'v'].map((kind) => `${from}.attn_${kind}.weight`);
    const gateUp = ['gate', 'up'].map((kind) => `${from}.ffn_${kind}.weight`);
    return [
      one(`${to}.input_layernorm.weight`, `${from}.attn_norm.weight`),
      fused(`${to}.self_attn.qkv_proj`, qkv, [head, head, null]),
      one(`${to}.self_attn.o_proj`, `${from}.attn_output.weight`),
      one(`${to}.post_attention_layernorm.weight`, `${from}.ffn_norm.weight`),
      fused(`${to}.mlp.gate_up_proj`, gateUp, [null, null]),
      one(`${to}.mlp.down_proj`, `${from}.ffn_down.weight`),
    ];
  };
  return [
    [one('model.embed_tokens', 'token_embd.weight')],
    ...Array.from({ length: layers }, (_, index) => layer(index)),
    [one('model.norm.weight', 'output_norm.weight')],
  ];
}

interface MatrixSize {
  readonly inputs: number;
  readonly outputs: number;
}

/** Null for a vector. */
function sizeOf({ sources }: Parameter): MatrixSize | null {
  const [first] = sources;
  if (first?.shape.length !== 2) return null;
  const outputs = sources.reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
  return { inputs: first.shape[0] ?? 0, outputs };
}

function shardRecord(dataPath: string, parameters: readonly Parameter[]) {
  const records: TensorRecord[] = [];
  let byteOffset = 0;
  const add = (name: string, dtype: TensorRecord['dtype'], shape: readonly number[]): void => {
    const nbytes = 4 * shape.reduce((product, size) => product * size, 1);
    records.push({ name, shape, dtype, format: 'raw', nbytes, byteOffset });
    byteOffset += nbytes;
  };
  for (const parameter of parameters) {
    const size = sizeOf(parameter);
    if (size === null) {
      add(parameter.name, 'float32', parameter.sources[0]?.shape ?? []);
    } else {
      add(`${parameter.name}.q_weight`, 'uint32', [size.inputs / 8, size.outputs]);
      add(`${parameter.name}.q_scale`, 'float32', [size.inputs / GROUP, size.outputs]);
    }
  }
  return { dataPath, format: 'raw-shard', nbytes: byteOffset, records };
}

function read({ name, content }: GgufTensor, bytes: number): Uint8Array {
  if (content.byteLength < bytes) throw unreadable(`the tensor ${name} is cut short`);
  return content.subarray(0, bytes);
}

/** One buffer, filled in the order of the shard's record. */
function shardOf(parameters: readonly Parameter[], nbytes: number): ArrayBuffer {
  const shard = new ArrayBuffer(nbytes);
  parameters.reduce((at, parameter) => at + write(parameter, shard, at), 0);
  return shard;
}

/** Writes a parameter from byte `at` on; returns its bytes. */
function write(parameter: Parameter, shard: ArrayBuffer, at: number): number {
  const size = sizeOf(parameter);
  const [first] = parameter.sources;
  if (size === null) {
    const vector = first === undefined ? [] : read(first, 4 * (first.shape[0] ?? 0));
    new Uint8Array(shard, at).set(vector);
    return vector.length;
  }
  const target = roomForTransposed(shard, at, size.inputs, size.outputs);
  let column = 0;
  for (const [index, source] of parameter.sources.entries()) {
    const rows = source.shape[1] ?? 0;
    const head = parameter.heads[index] ?? null;
    const stored = head === null ? undefined : (row: number) => storedRow(row, head);
    const blocks = read(source, (rows * size.inputs * BLOCK_BYTES) / GROUP);
    transposeInto(target, blocks, { ...size, rows, column }, stored);
    column += rows;
  }
  return target.words.byteLength + target.scales.byteLength;
}

/** What WebLLM reads of `mlc-chat-config.json`; prompts are raw, so its conversation template says nothing. */
function chatConfig({ vocabulary, endToken }: Shape, contextTokens: number): object {
  return {
    version: '0.1.0',
    model_type: 'llama',
    quantization: 'q4f32_1',
    vocab_size: vocabulary,
    context_window_size: contextTokens,
    sliding_window_size: -1,
    attention_sink_size: -1,
    temperature: 0,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    tokenizer_files: ['tokenizer.json'],
    tokenizer_info: {
      token_postproc_method: 'byte_level',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: {
      name: 'raw',
      system_template: '{system_message}',
      system_message: '',
      add_role_after_system_message: true,
      roles: { user: 'user', assistant: 'assistant' },
      role_templates: { user: '{user_message}', assistant: '{assistant_message}', tool: '' },
      messages: [],
      seps: [''],
      role_content_sep: '',
      role_empty_sep: '',
      stop_str: [],
      stop_token_ids: [endToken],
      function_string: '',
      use_function_calling: false,
    },
  };
}
