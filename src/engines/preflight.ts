/** Says before any byte is fetched whether a model runs here: a pure function of what the browser tells. */
import type { Model, WebllmModel, WllamaModel } from './catalogue';
import { threadCount, type WasmFeatures } from './features';

/** What the browser tells of itself; null where it does not say. */
export interface BrowserFacts {
  readonly secureContext: boolean;
  readonly gpu:
    | { readonly kind: 'absent' }
    | { readonly kind: 'no-adapter' }
    | {
        readonly kind: 'adapter';
        readonly description: string;
        /** A processor that plays the part of a graphics processor. */
        readonly software: boolean;
        readonly features: readonly string[];
        readonly limits: AdapterLimits;
      };
  readonly wasm: WasmFeatures;
  readonly crossOriginIsolated: boolean;
  readonly cores: number;
  /** GB, rounded by the browser and capped (at 8, in newer ones at 32). */
  readonly deviceMemoryGb: number | null;
  readonly mobile: boolean;
  readonly storage: { readonly quotaBytes: number; readonly usedBytes: number } | null;
}

export interface AdapterLimits {
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
}

export type Verdict =
  | { readonly kind: 'runs'; /** Worth knowing, in a sentence. */ readonly note: string | null }
  | { readonly kind: 'runs-slowly'; readonly reason: string; readonly nextStep: string }
  | { readonly kind: 'cannot'; readonly reason: string; readonly nextStep: string };

const MIB = 1024 * 1024;
/** WebLLM asks for at least this of any adapter. */
const LEAST_LIMITS: AdapterLimits = {
  maxStorageBufferBindingSize: 128 * MIB,
  maxBufferSize: 256 * MIB,
  maxComputeWorkgroupStorageSize: 32 * 1024,
  maxStorageBuffersPerShaderStage: 10,
};
/** A tab on a phone gets about this much in all. */
const MOBILE_TAB_BYTES = 1500 * MIB;
/** llama.cpp's memory here ends at 4 GiB; weights, context and scratch must fit. */
const WASM_MOST_BYTES = 4096 * MIB;
/** Larger models are slow on a processor. */
const QUICK_ON_CPU_BYTES = 256 * MIB;
const STORAGE_MARGIN = 1.05;
/** A software adapter writes a few tokens a second with less than this. */
const SMALL_MODEL_BYTES = 512 * MIB;

const USE_STARTER = 'Use the starter model: it runs on any computer.';

function cannot(reason: string, nextStep: string): Verdict {
  return { kind: 'cannot', reason, nextStep };
}

/** Bytes as people read them: "1.9 GB", "96 MB". */
export function formatBytes(bytes: number): string {
  return bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

/**
 * Whether and how a model runs here.
 * @param cached true when its files are kept already, so that storage no longer matters
 */
export function judge(model: Model, facts: BrowserFacts, cached = false): Verdict {
  return model.engine === 'webllm'
    ? judgeWebllm(model, facts, cached)
    : judgeWllama(model, facts, cached);
}

function judgeWebllm(model: WebllmModel, facts: BrowserFacts, cached: boolean): Verdict {
  const { gpu } = facts;
  if (gpu.kind === 'absent') {
    return facts.secureContext
      ? cannot(
          'This browser has no WebGPU, which the model needs.',
          `Open the page in a current Chrome or Edge. ${USE_STARTER}`,
        )
      : cannot(
          'WebGPU needs a secure address, and this page was opened over plain http.',
          'Open the page over https or from localhost.',
        );
  }
  if (gpu.kind === 'no-adapter') {
    return cannot(
      'The browser found no graphics processor that it may use.',
      `Turn on hardware acceleration in the browser's settings and update the graphics driver. ${USE_STARTER}`,
    );
  }
  return (
    judgeAdapter(model, gpu) ??
    judgeMemory(model, facts) ??
    judgeStorage(model, facts, cached) ??
    judgeSpeed(model, facts, gpu.software)
  );
}

type Adapter = Extract<BrowserFacts['gpu'], { kind: 'adapter' }>;

function judgeAdapter(model: WebllmModel, { features, limits }: Adapter): Verdict | null {
  const missing = model.requiredFeatures.find((feature) => !features.includes(feature));
  if (missing === 'shader-f16') {
    return cannot(
      'The graphics processor has no half-precision shaders (shader-f16), which this version of the model needs.',
      'Choose the q4f32 version of the model.',
    );
  }
  if (missing !== undefined) {
    return cannot(`The graphics processor lacks ${missing}, which the model needs.`, USE_STARTER);
  }
  const binding = Math.max(
    model.largestBindingBytes ?? 0,
    LEAST_LIMITS.maxStorageBufferBindingSize,
  );
  const buffer = Math.max(binding, LEAST_LIMITS.maxBufferSize);
  if (limits.maxStorageBufferBindingSize < binding || limits.maxBufferSize < buffer) {
    const offered = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
    return cannot(
      `The model needs buffers of ${Math.ceil(binding / MIB)} MiB at once, and the graphics processor offers ${Math.floor(offered / MIB)} MiB.`,
      `Choose a smaller model. ${USE_STARTER}`,
    );
  }
  const { maxComputeWorkgroupStorageSize: shared, maxStorageBuffersPerShaderStage: buffers } =
    limits;
  if (
    shared < LEAST_LIMITS.maxComputeWorkgroupStorageSize ||
    buffers < LEAST_LIMITS.maxStorageBuffersPerShaderStage
  ) {
    return cannot('The graphics processor is too limited for language models.', USE_STARTER);
  }
  return null;
}

function judgeMemory(model: WebllmModel, facts: BrowserFacts): Verdict | null {
  const bytes = model.vramMb === null ? model.totalBytes : model.vramMb * MIB;
  if (bytes === null) return null;
  if (facts.mobile && bytes > MOBILE_TAB_BYTES) {
    return cannot(
      `The model needs ${formatBytes(bytes)} of memory, more than a phone or tablet gives to one page.`,
      `Open the page on a computer. ${USE_STARTER}`,
    );
  }
  if (facts.deviceMemoryGb !== null && facts.deviceMemoryGb * 1e9 < bytes) {
    return cannot(
      `The model needs ${formatBytes(bytes)} of memory, and this device has about ${facts.deviceMemoryGb} GB in all.`,
      USE_STARTER,
    );
  }
  return null;
}

function judgeStorage(model: Model, { storage }: BrowserFacts, cached: boolean): Verdict | null {
  if (cached || storage === null || model.totalBytes === null) return null;
  const free = storage.quotaBytes - storage.usedBytes;
  if (free >= model.totalBytes * STORAGE_MARGIN) return null;
  return cannot(
    `The model takes ${formatBytes(model.totalBytes)} on the disk, and the browser has room for ${formatBytes(Math.max(0, free))}.`,
    'Free some disk space or delete another model, then load the page again.',
  );
}

function judgeSpeed(model: WebllmModel, facts: BrowserFacts, software: boolean): Verdict {
  const bytes = (model.vramMb ?? 0) * MIB;
  if (software) {
    return {
      kind: 'runs-slowly',
      reason: `The browser imitates a graphics processor in software: an answer may take ${bytes > SMALL_MODEL_BYTES ? 'an hour' : 'minutes'}.`,
      nextStep: `Turn on hardware acceleration in the browser's settings. ${USE_STARTER}`,
    };
  }
  if (facts.deviceMemoryGb !== null && facts.deviceMemoryGb * 1e9 < 2 * bytes) {
    return {
      kind: 'runs-slowly',
      reason: `The model takes ${formatBytes(bytes)} of the about ${facts.deviceMemoryGb} GB of memory here.`,
      nextStep: 'Close other tabs and programs first.',
    };
  }
  return { kind: 'runs', note: null };
}

function judgeWllama(model: WllamaModel, facts: BrowserFacts, cached: boolean): Verdict {
  const missing = Object.entries(WASM_PARTS).find(
    ([part]) => !facts.wasm[part as keyof WasmFeatures],
  );
  if (missing !== undefined) {
    return cannot(
      `This browser has no WebAssembly ${missing[1]}, which the model needs.`,
      'Update the browser, or open the page in a current Chrome, Edge or Firefox.',
    );
  }
  const bytes = model.totalBytes ?? 0;
  const most = facts.mobile ? MOBILE_TAB_BYTES : WASM_MOST_BYTES;
  if (bytes > 0.85 * most) {
    return cannot(
      `The model is ${formatBytes(bytes)}, more than a page here can hold (${formatBytes(most)} with everything).`,
      'Choose a smaller file of the model, or the starter model.',
    );
  }
  const threads = threadCount(facts.cores, facts.crossOriginIsolated);
  if (bytes > QUICK_ON_CPU_BYTES || (model.totalBytes === null && model.source.kind === 'files')) {
    return {
      kind: 'runs-slowly',
      reason: `The model runs on the processor with ${threads} ${threads === 1 ? 'thread' : 'threads'}: expect minutes for an answer.`,
      nextStep: 'Choose a model for the graphics processor where one is offered.',
    };
  }
  const short = judgeStorage(model, facts, cached);
  const note =
    short === null
      ? null
      : 'The browser has no room to keep the model: it is fetched again at every visit.';
  return { kind: 'runs', note };
}

const WASM_PARTS: Record<keyof WasmFeatures, string> = {
  simd: 'SIMD',
  exceptions: 'exception handling',
  memory64: '64-bit memory (Memory64)',
};
