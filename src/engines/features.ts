/** What this browser's WebAssembly can do, found by validating a few bytes; llama.cpp's build needs all of it. */

export interface WasmFeatures {
  readonly simd: boolean;
  readonly exceptions: boolean;
  readonly memory64: boolean;
}

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** A function of no parameters and no results. */
const VOID_FUNCTION = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];

/** i32.const 0, i8x16.splat, drop */
const SIMD_MODULE = [...HEADER, ...VOID_FUNCTION, 10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 0x1a, 11];
/** try, catch_all, end: the form of exception handling that the build uses */
const EXCEPTIONS_MODULE = [...HEADER, ...VOID_FUNCTION, 10, 8, 1, 6, 0, 6, 0x40, 0x19, 11, 11];
/** One memory with 64-bit addresses and no pages. */
const MEMORY64_MODULE = [...HEADER, 5, 3, 1, 4, 0];

function validates(bytes: readonly number[]): boolean {
  try {
    return WebAssembly.validate(new Uint8Array(bytes));
  } catch {
    return false;
  }
}

export function readWasmFeatures(): WasmFeatures {
  return {
    simd: validates(SIMD_MODULE),
    exceptions: validates(EXCEPTIONS_MODULE),
    memory64: validates(MEMORY64_MODULE),
  };
}

/** More threads than this gain nothing on models of this size. */
const MOST_THREADS = 8;

/** Threads for llama.cpp: one core is left free, since more threads than free cores are far slower. */
export function threadCount(cores: number, isolated: boolean): number {
  return isolated ? Math.min(MOST_THREADS, Math.max(1, cores - 1)) : 1;
}
