/** Q4_0 blocks of llama.cpp, in the layout of our model libraries (models/library/README.md). Pure. */

/** Weights that share a scale. */
export const GROUP = 32;
/** Bytes of a block: a half-precision scale, and 32 values of four bits. */
export const BLOCK_BYTES = 18;
const WORDS_A_GROUP = 4;

/** The number that 16 bits of half precision stand for. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** All 65,536 of them: a table is far faster than the sum. */
function halfTable(): Float32Array {
  return Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToNumber(bits));
}
let halves: Float32Array | null = null;

/** The low four bits of each of four bytes, side by side in 16 bits. */
function squeeze(bytes: number): number {
  const pairs = (bytes & 0x0f0f0f0f) | ((bytes & 0x0f0f0f0f) >>> 4);
  return (pairs & 0xff) | ((pairs >>> 8) & 0xff00);
}

/**
 * Where llama.cpp keeps a row of a query or key projection of a Llama model: it turns neighbours in place of halves,
 * so each head's rows (2, d/2) lie as (d/2, 2).
 * @param head rows of a head
 */
export function storedRow(row: number, head: number): number {
  const inside = row % head;
  const half = head / 2;
  return row - inside + (inside % half) * 2 + Math.floor(inside / half);
}

export interface Transposed {
  /** (inputs / 8, outputs), eight values of four bits a word, lowest bits first. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** (inputs / 32, outputs) */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Room for a matrix from byte `at` of a buffer on, words before scales, to be filled by `transposeInto`. */
export function roomForTransposed(
  buffer: ArrayBuffer,
  at: number,
  inputs: number,
  outputs: number,
): Transposed {
  const words = new Uint32Array(buffer, at, (inputs / 8) * outputs);
  const scales = new Float32Array(buffer, at + words.byteLength, (inputs / GROUP) * outputs);
  return { words, scales };
}

/** Bytes of that room. */
export function transposedBytes(inputs: number, outputs: number): number {
  return 4 * (inputs / 8 + inputs / GROUP) * outputs;
}

/**
 * Puts `rows` rows of Q4_0 blocks into the columns of `target` from `column` on, values and scales unchanged.
 * @param blocks rows of inputs / 32 blocks, as stored
 * @param outputs columns of the whole target
 * @param stored the stored row that holds row n
 */
export function transposeInto(
  target: Transposed,
  blocks: Uint8Array,
  { inputs, outputs, rows, column }: Record<'inputs' | 'outputs' | 'rows' | 'column', number>,
  stored: (row: number) => number = (row) => row,
): void {
  halves ??= halfTable();
  const bytes = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  const groups = inputs / GROUP;
  for (let row = 0; row < rows; row += 1) {
    const start = stored(row) * groups * BLOCK_BYTES;
    const to = column + row;
    for (let group = 0; group < groups; group += 1) {
      const at = start + group * BLOCK_BYTES;
      target.scales[group * outputs + to] = halves[bytes.getUint16(at, true)] ?? 0;
      // Byte i of a block holds weight i in its low bits and weight i + 16 in its high ones.
      const word = group * WORDS_A_GROUP * outputs + to;
      for (let pair = 0; pair < 2; pair += 1) {
        const first = bytes.getUint32(at + 2 + 8 * pair, true);
        const second = bytes.getUint32(at + 6 + 8 * pair, true);
        target.words[word + pair * outputs] = squeeze(first) | (squeeze(second) << 16);
        target.words[word + (pair + 2) * outputs] =
          squeeze(first >>> 4) | (squeeze(second >>> 4) << 16);
      }
    }
  }
}
