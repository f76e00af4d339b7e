/** Lowers the largest size of the memory that Pyodide's WebAssembly module declares; the engine then enforces it. */

const PAGE_BYTES = 65536;
/** Memory section: id 5, 7 bytes, one memory, limits with a maximum, 480 pages at first, 65,536 pages (4 GiB) at most. */
const SECTION = Uint8Array.of(0x05, 0x07, 0x01, 0x01, 0xe0, 0x03, 0x80, 0x80, 0x04);
const MAXIMUM_OFFSET = 6;

/** @param {number} value @returns {Uint8Array} LEB128 padded to the three bytes it replaces */
function threeByteLeb(value) {
  return Uint8Array.of((value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, (value >> 14) & 0x7f);
}

/**
 * A copy of the module whose memory cannot grow past `maximumBytes`.
 * @param {Buffer} wasm
 * @param {number} maximumBytes a whole number of 64 KiB pages, below 4 GiB
 * @returns {Buffer}
 * @throws {Error} when the memory section is not found exactly once (another Pyodide: look at its memory section anew)
 */
export function capMemory(wasm, maximumBytes) {
  const at = wasm.indexOf(SECTION);
  if (at < 0 || wasm.indexOf(SECTION, at + 1) >= 0) {
    throw new Error(
      'The memory section of pyodide.asm.wasm was not found exactly once, so its memory cannot be capped. ' +
        'The Pyodide version has changed: find its memory section and correct scripts/assets/wasm-memory.mjs.',
    );
  }
  const capped = Buffer.from(wasm);
  capped.set(threeByteLeb(maximumBytes / PAGE_BYTES), at + MAXIMUM_OFFSET);
  return capped;
}
