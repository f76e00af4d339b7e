import { describe, expect, it } from 'vitest';
import { EngineError, type EngineErrorCode } from './engine';
import { fromFailure, toEngineError, toFailure } from './errors';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const CASES: [EngineErrorCode, unknown][] = [
  [
    'context-overflow',
    named('ContextWindowSizeExceededError', 'Prompt tokens exceed context window size'),
  ],
  [
    'context-overflow',
    new Error(
      'request (2103 tokens) exceeds the available context size (2048 tokens), try increasing it',
    ),
  ],
  ['device-lost', named('DeviceLostError', 'The WebGPU device was lost while loading the model.')],
  [
    'device-lost',
    named('ModelNotLoadedError', 'Model not loaded before calling CompletionCreateParams'),
  ],
  [
    'unsupported',
    named('ShaderF16SupportError', 'This model requires WebGPU extension shader-f16'),
  ],
  [
    'unsupported',
    named('WebGPUNotAvailableError', 'WebGPU is not supported in your current environment'),
  ],
  ['unsupported', new Error('Unable to find a compatible GPU. This issue might be because')],
  [
    'unsupported',
    new Error('Cannot initialize runtime because of requested maxBufferSize exceeds limit.'),
  ],
  ['unsupported', new Error('WebAssembly runtime does not support SIMD')],
  ['storage', new DOMException('The quota has been exceeded.', 'QuotaExceededError')],
  ['memory', new RangeError('WebAssembly.Memory(): could not allocate memory: out of memory')],
  ['memory', new Error('(ABORT) Cannot enlarge memory arrays')],
  ['memory', new Error('Cannot allocate WebAssembly.Memory')],
  ['network', new TypeError('Failed to fetch')],
  ['network', new TypeError('NetworkError when attempting to fetch resource.')],
  ['network', new TypeError('Load failed')],
  ['corrupt', named('CompileError', 'WebAssembly.instantiate(): expected magic word 00 61 73 6d')],
  ['internal', new Error('something new')],
  ['internal', 'a bare string'],
  ['internal', undefined],
];

describe('toEngineError', () => {
  it.each(CASES)('%s: %s', (code, cause) => {
    const error = toEngineError(cause);
    expect(error).toBeInstanceOf(EngineError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[A-Z].*\.$/s);
    expect(error.nextStep).toMatch(/^[A-Z].*\.$/s);
    expect(error.cause).toBe(cause);
  });

  it('passes its own kind through', () => {
    const error = new EngineError('corrupt', 'A file is damaged.', 'Fetch it again.');
    expect(toEngineError(error)).toBe(error);
  });

  it('reads the log where the error says nothing', () => {
    expect(toEngineError(new Error('(ABORT) unknown'), ['fine', 'std::bad_alloc']).code).toBe(
      'memory',
    );
    expect(toEngineError(new Error('odd'), ['last line said']).message).toContain('last line said');
  });

  it('survives the way out of a worker', () => {
    const failure = toFailure(new TypeError('Failed to fetch'));
    const error = fromFailure(JSON.parse(JSON.stringify(failure)) as typeof failure);
    expect(error.code).toBe('network');
    expect(error.nextStep).toBe(failure.nextStep);
  });
});
