import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_BYTES,
  GROUP,
  halfToNumber,
  roomForTransposed,
  storedRow,
  transposedBytes,
  transposeInto,
  type Transposed,
} from './transpose';

/** One row of blocks by llama.cpp's rule: weight i in the low bits of byte i, weight i + 16 in the high ones. */
function blocksOf(values: readonly (readonly number[])[], scaleBits: number): Uint8Array {
  const groups = (values[0]?.length ?? 0) / GROUP;
  const bytes = new Uint8Array(values.length * groups * BLOCK_BYTES);
  values.forEach((row, index) => {
    for (let group = 0; group < groups; group += 1) {
      const at = (index * groups + group) * BLOCK_BYTES;
      bytes[at] = (scaleBits + index) & 255;
      bytes[at + 1] = (scaleBits + index) >> 8;
      for (let i = 0; i < 16; i += 1) {
        const [low = 0, high = 0] = [row[group * GROUP + i], row[group * GROUP + i + 16]];
        bytes[at + 2 + i] = low | (high << 4);
      }
    }
  });
  return bytes;
}

function emptyTransposed(inputs: number, outputs: number): Transposed {
  const buffer = new ArrayBuffer(8 + transposedBytes(inputs, outputs));
  return roomForTransposed(buffer, 8, inputs, outputs);
}

const nibble = fc.integer({ min: 0, max: 15 });

describe('transposeInto', () => {
  it('keeps every value and scale, in columns', () => {
    const matrix = fc
      .record({ rows: fc.integer({ min: 1, max: 5 }), groups: fc.integer({ min: 1, max: 3 }) })
      .chain(({ rows, groups }) => {
        const row = fc.array(nibble, { minLength: groups * GROUP, maxLength: groups * GROUP });
        return fc.array(row, { minLength: rows, maxLength: rows });
      });
    fc.assert(
      fc.property(matrix, fc.integer({ min: 0, max: 3 }), (values, column) => {
        const inputs = values[0]?.length ?? 0;
        const outputs = values.length + column + 1;
        const target = emptyTransposed(inputs, outputs);
        const blocks = blocksOf(values, 0x3c00);
        transposeInto(target, blocks, { inputs, outputs, rows: values.length, column });
        values.forEach((row, index) => {
          row.forEach((value, input) => {
            const word = target.words[Math.floor(input / 8) * outputs + column + index] ?? 0;
            expect((word >>> (4 * (input % 8))) & 15).toBe(value);
          });
          const scale = target.scales[column + index];
          expect(scale).toBeCloseTo(1 + index / 1024, 6);
        });
        // The columns of others are left alone.
        expect(target.scales[outputs - 1]).toBe(0);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('takes rows in the order that it is told', () => {
    const values = [0, 1, 2, 3].map((value) => Array.from({ length: GROUP }, () => value));
    const target = emptyTransposed(GROUP, 4);
    const blocks = blocksOf(values, 0);
    const size = { inputs: GROUP, outputs: 4, rows: 4, column: 0 };
    transposeInto(target, blocks, size, (row) => storedRow(row, 4));
    expect([...target.words.slice(0, 4)].map((word) => word & 15)).toEqual([0, 2, 1, 3]);
  });
});

describe('storedRow', () => {
  it('undoes (d/2, 2) in each head', () => {
    const head = 6;
    const rows = Array.from({ length: 12 }, (_, row) => storedRow(row, head));
    expect(rows).toEqual([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
  });
});

describe('halfToNumber', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
    [0x8000, -0],
  ])('%i is %d', (bits, value) => {
    expect(halfToNumber(bits)).toBe(value);
  });
});
