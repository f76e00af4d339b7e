/** Browsers that tests are judged in. */
import type { BrowserFacts } from './preflight';

export const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export type Adapter = Extract<BrowserFacts['gpu'], { kind: 'adapter' }>;

const LIMITS: Adapter['limits'] = {
  maxStorageBufferBindingSize: 2 * GIB - 4,
  maxBufferSize: 4 * GIB,
  maxComputeWorkgroupStorageSize: 32768,
  maxStorageBuffersPerShaderStage: 10,
};

export function adapter(
  change: Partial<Adapter> = {},
  limits: Partial<Adapter['limits']> = {},
): Adapter {
  return {
    kind: 'adapter',
    description: 'nvidia ampere',
    software: false,
    features: ['shader-f16', 'subgroups'],
    limits: { ...LIMITS, ...limits },
    ...change,
  };
}

/** A desktop with a good graphics card. */
export function facts(change: Partial<BrowserFacts> = {}): BrowserFacts {
  return {
    secureContext: true,
    gpu: adapter(),
    wasm: { simd: true, exceptions: true, memory64: true },
    crossOriginIsolated: true,
    cores: 8,
    deviceMemoryGb: 16,
    mobile: false,
    storage: { quotaBytes: 100e9, usedBytes: 1e9 },
    ...change,
  };
}
