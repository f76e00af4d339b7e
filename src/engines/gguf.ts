/**
 * Reads GGUF, llama.cpp's file format: metadata and where each tensor lies.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3, little-endian).
 */
import { EngineError } from './engine';

export type GgufValue = number | bigint | boolean | string | readonly GgufValue[];

export interface GgufTensor {
  readonly name: string;
  /** Fastest dimension first: [inputs, outputs] of a matrix. */
  readonly shape: readonly number[];
  /** ggml's number of the type; see `GGML`. */
  readonly type: number;
  /** The bytes of the tensor are read from here on. */
  readonly content: Uint8Array<ArrayBuffer>;
}

export interface Gguf {
  readonly fields: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** Numbers of tensor types that are read here. */
export const GGML = { f32: 0, q4_0: 2 } as const;

const MAGIC = 0x46554747;
const VERSION = 3;
const DEFAULT_ALIGNMENT = 32;
/** A damaged header may claim any length. */
const MOST_ENTRIES = 10_000_000;

export function unreadable(why: string, cause?: unknown): EngineError {
  return new EngineError(
    'corrupt',
    `The model's weights cannot be read: ${why}.`,
    'Delete the model and load it again, or choose another one.',
    { cause },
  );
}

/** Walks through the header of one file. */
class Header {
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();
  position = 0;

  constructor(private readonly bytes: ArrayBuffer) {
    this.#view = new DataView(bytes);
  }

  #step(size: number): number {
    const at = this.position;
    this.position += size;
    return at;
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  /** Lengths and offsets are 64 bits; those of files that a browser can hold fit a number. */
  size(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  count(): number {
    const count = this.size();
    if (count > MOST_ENTRIES) throw unreadable(`its header speaks of ${count} entries`);
    return count;
  }

  text(): string {
    const length = this.count();
    return this.#decoder.decode(new Uint8Array(this.bytes, this.#step(length), length));
  }

  /** A value of one of the format's thirteen types, by number. */
  value(type: number): GgufValue {
    const view = this.#view;
    const readers: readonly (() => GgufValue)[] = [
      () => view.getUint8(this.#step(1)),
      () => view.getInt8(this.#step(1)),
      () => view.getUint16(this.#step(2), true),
      () => view.getInt16(this.#step(2), true),
      () => view.getUint32(this.#step(4), true),
      () => view.getInt32(this.#step(4), true),
      () => view.getFloat32(this.#step(4), true),
      () => view.getUint8(this.#step(1)) !== 0,
      () => this.text(),
      () => this.#array(),
      () => view.getBigUint64(this.#step(8), true),
      () => view.getBigInt64(this.#step(8), true),
      () => view.getFloat64(this.#step(8), true),
    ];
    const read = readers[type];
    if (read === undefined) throw unreadable(`its header has a value of an unknown type (${type})`);
    return read();
  }

  #array(): GgufValue[] {
    const type = this.u32();
    const count = this.count();
    return Array.from({ length: count }, () => this.value(type));
  }
}

function readPart(file: ArrayBuffer): Gguf {
  const header = new Header(file);
  if (header.u32() !== MAGIC) throw unreadable('a file is not GGUF');
  const version = header.u32();
  if (version !== VERSION) throw unreadable(`it is GGUF version ${version}, not ${VERSION}`);
  const tensorCount = header.count();
  const fieldCount = header.count();
  const fields = new Map<string, GgufValue>();
  for (let index = 0; index < fieldCount; index += 1) {
    fields.set(header.text(), header.value(header.u32()));
  }
  const found = Array.from({ length: tensorCount }, () => ({
    name: header.text(),
    shape: Array.from({ length: header.u32() }, () => header.size()),
    type: header.u32(),
    offset: header.size(),
  }));
  const alignment = Number(fields.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  const start = Math.ceil(header.position / alignment) * alignment;
  const bytes = new Uint8Array(file);
  const tensors = found.map(
    ({ offset, ...tensor }) =>
      [tensor.name, { ...tensor, content: bytes.subarray(start + offset) }] as const,
  );
  return { fields, tensors: new Map(tensors) };
}

function readWhole(part: ArrayBuffer): Gguf {
  try {
    return readPart(part);
  } catch (cause) {
    // A header that is cut short runs over the end of its bytes.
    throw cause instanceof RangeError ? unreadable('its header is cut short', cause) : cause;
  }
}

/** The metadata of a model, from its first part. Throws EngineError `corrupt` for what is not whole GGUF. */
export function readDescription(first: ArrayBuffer): Gguf['fields'] {
  return readWhole(first).fields;
}

/**
 * Reads a model from its parts in order; metadata is the first part's. Tensors are views of the parts.
 * Throws EngineError `corrupt` for what is not whole GGUF.
 */
export function readGguf(parts: readonly ArrayBuffer[]): Gguf {
  const tensors = new Map<string, GgufTensor>();
  let fields: Gguf['fields'] | null = null;
  for (const part of parts) {
    const read = readWhole(part);
    fields ??= read.fields;
    for (const [name, tensor] of read.tensors) tensors.set(name, tensor);
  }
  if (fields === null) throw unreadable('there are no files');
  const promised = fields.get('split.tensors.count');
  if (promised !== undefined && Number(promised) !== tensors.size) {
    throw unreadable(`it has ${tensors.size} tensors instead of ${Number(promised)}`);
  }
  return { fields, tensors };
}
