/** Turns what libraries and browsers throw into EngineError: what happened, why, and what to do next. */
import { EngineError, type EngineErrorCode } from './engine';

/** An EngineError as data, for the way out of a worker. */
export interface EngineFailure {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly nextStep: string;
}

interface Rule extends EngineFailure {
  /** Tested against "name: message" of the error. */
  readonly pattern: RegExp;
}

/** First match wins; specific before general. */
const RULES: readonly Rule[] = [
  {
    pattern:
      /ContextWindowSizeExceeded|exceeds? the available context size|context size has been exceeded/i,
    code: 'context-overflow',
    message: 'The rules are too long for this model: they do not fit its context.',
    nextStep: 'Shorten the rules, or choose a model with a larger context.',
  },
  {
    pattern:
      /DeviceLost|device (was|is|has been) lost|ModelNotLoaded|Instance dropped|external Instance reference/i,
    code: 'device-lost',
    message: 'The graphics processor stopped answering, most often because its memory ran out.',
    nextStep:
      'Close other tabs and programs that use it and load the model again, or choose a smaller model.',
  },
  {
    pattern: /ShaderF16|shader-f16/i,
    code: 'unsupported',
    message:
      'This model needs half-precision shaders (shader-f16), which this graphics processor does not offer.',
    nextStep: 'Choose the q4f32 version of the model, or the starter model.',
  },
  {
    pattern:
      /WebGPUNotAvailable|WebGPUNotFound|compatible GPU|FeatureSupport|Cannot initialize runtime/i,
    code: 'unsupported',
    message:
      'The model needs WebGPU, and this browser offers no graphics processor that is able enough.',
    nextStep:
      'Use the starter model, or open the page in a current Chrome or Edge with hardware acceleration on.',
  },
  {
    pattern: /runtime does not support|WebAssembly\.Memory\(\): .*address|SIMD/i,
    code: 'unsupported',
    message: 'This browser lacks a part of WebAssembly that the model needs.',
    nextStep: 'Update the browser, or open the page in a current Chrome, Edge or Firefox.',
  },
  {
    pattern: /QuotaExceeded|quota|no space left/i,
    code: 'storage',
    message: 'There is no room left on the disk for the model.',
    nextStep:
      'Free some disk space or delete another model, then load it again. What was fetched is kept.',
  },
  {
    pattern:
      /out of memory|\bOOM\b|bad_alloc|enlarge memory|Cannot allocate|allocation failed|memory access out/i,
    code: 'memory',
    message: 'The browser ran out of memory while it used the model.',
    nextStep: 'Close other tabs and load the model again, or choose a smaller model.',
  },
  {
    pattern: /invalid UTF-8/i,
    code: 'internal',
    message: 'The model wrote something that is not text.',
    nextStep:
      'Load the model again and write once more, with a lower temperature if you raised it.',
  },
  {
    pattern: /CompileError|LinkError|expected magic word/i,
    code: 'corrupt',
    message:
      'The program part of the model (its WebAssembly) is damaged or made for another version.',
    nextStep:
      'Delete the model and load it again; for a model of your own, check the library address.',
  },
  {
    pattern: /IntegrityError|integrity/i,
    code: 'corrupt',
    message: 'A file of the model is damaged.',
    nextStep: 'Delete the model and load it again.',
  },
  {
    pattern:
      /Failed to fetch|NetworkError|Load failed|ERR_|Cannot fetch|Failed to execute 'add' on 'Cache'|Failed to load wasm|wasm streaming compile failed|network/i,
    code: 'network',
    message: 'A file that the model needs could not be fetched.',
    nextStep: 'Check the connection and load the model again. What was fetched is kept.',
  },
];

/** "name: message" of anything thrown. */
export function describeCause(cause: unknown): string {
  if (cause instanceof Error || cause instanceof DOMException)
    return `${cause.name}: ${cause.message}`;
  if (typeof cause === 'string') return cause;
  if (typeof cause === 'object' && cause !== null && 'message' in cause)
    return String(cause.message);
  return String(cause);
}

/**
 * The EngineError for anything that was thrown; an EngineError passes through.
 * `log` holds the last lines a runtime wrote before it failed: they often say more than the error itself.
 */
export function toEngineError(cause: unknown, log: readonly string[] = []): EngineError {
  if (cause instanceof EngineError) return cause;
  const said = describeCause(cause);
  const rule =
    RULES.find(({ pattern }) => pattern.test(said)) ??
    RULES.find(({ pattern }) => log.some((line) => pattern.test(line)));
  if (rule !== undefined) return new EngineError(rule.code, rule.message, rule.nextStep, { cause });
  const detail = [said, ...log.slice(-2)].join(' · ').slice(0, 300);
  return new EngineError(
    'internal',
    `The model stopped for a reason that is not known here (${detail}).`,
    'Load the model again; if it fails again, choose another model.',
    { cause },
  );
}

export function toFailure(cause: unknown): EngineFailure {
  const { code, message, nextStep } = toEngineError(cause);
  return { code, message, nextStep };
}

export function fromFailure({ code, message, nextStep }: EngineFailure): EngineError {
  return new EngineError(code, message, nextStep);
}
