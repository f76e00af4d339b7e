/** Reads from the browser what `preflight` judges by. */
import { readWasmFeatures } from './features';
import type { BrowserFacts } from './preflight';

/** Parts of Navigator that TypeScript's own types leave out. */
interface NavigatorHints {
  readonly deviceMemory?: number;
  readonly userAgentData?: { readonly mobile?: boolean };
}

async function readGpu(): Promise<BrowserFacts['gpu']> {
  const gpu = navigator.gpu as GPU | undefined;
  if (gpu === undefined) return { kind: 'absent' };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return { kind: 'no-adapter' };
    const { info, limits } = adapter;
    const named = [info.vendor, info.architecture, info.description]
      .filter((part) => part !== '')
      .join(' ');
    return {
      kind: 'adapter',
      description: named,
      software:
        info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render|warp\b/i.test(named),
      features: [...adapter.features],
      limits: {
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxBufferSize: limits.maxBufferSize,
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      },
    };
  } catch {
    return { kind: 'no-adapter' };
  }
}

async function readStorage(): Promise<BrowserFacts['storage']> {
  const storage = navigator.storage as StorageManager | undefined;
  try {
    const { quota, usage } = (await storage?.estimate()) ?? {};
    return quota === undefined ? null : { quotaBytes: quota, usedBytes: usage ?? 0 };
  } catch {
    return null;
  }
}

/** Asks for an adapter and a storage estimate; fetches nothing and never rejects. */
export async function readBrowserFacts(): Promise<BrowserFacts> {
  const hints = navigator as Navigator & NavigatorHints;
  const [gpu, storage] = await Promise.all([readGpu(), readStorage()]);
  return {
    secureContext: globalThis.isSecureContext,
    gpu,
    wasm: readWasmFeatures(),
    crossOriginIsolated: globalThis.crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
    deviceMemoryGb: hints.deviceMemory ?? null,
    mobile: hints.userAgentData?.mobile ?? /Mobi|Android|iPad|iPhone/.test(navigator.userAgent),
    storage,
  };
}
