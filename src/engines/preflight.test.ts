import { describe, expect, it } from 'vitest';
import { findModel, modelAt, type Model } from './catalogue';
import { threadCount } from './features';
import { formatBytes, judge, type BrowserFacts, type Verdict } from './preflight';
import { adapter, facts, MIB } from './facts.fixture';

function entry(id: string): Model {
  const model = findModel(id);
  if (model === undefined) throw new Error(`no ${id}`);
  return model;
}

const half = entry('Qwen2.5-3B-Instruct-q4f16_1-MLC');
const full = entry('Qwen2.5-3B-Instruct-q4f32_1-MLC');
const starter = { ...entry('starter'), totalBytes: 80e6 };

function said(verdict: Verdict): string {
  return verdict.kind === 'runs' ? (verdict.note ?? '') : `${verdict.reason} ${verdict.nextStep}`;
}

describe('WebLLM models', () => {
  it('run on a good graphics card', () => {
    expect(judge(half, facts())).toEqual({ kind: 'runs', note: null });
    expect(judge(full, facts())).toEqual({ kind: 'runs', note: null });
  });

  const cases: [string, Partial<BrowserFacts>, Model, Verdict['kind'], RegExp][] = [
    ['no WebGPU', { gpu: { kind: 'absent' } }, half, 'cannot', /no WebGPU.*starter/],
    [
      'plain http',
      { gpu: { kind: 'absent' }, secureContext: false },
      half,
      'cannot',
      /plain http.*https/,
    ],
    ['no adapter', { gpu: { kind: 'no-adapter' } }, half, 'cannot', /hardware acceleration/],
    [
      'no shader-f16, q4f16',
      { gpu: adapter({ features: [] }) },
      half,
      'cannot',
      /shader-f16.*q4f32/,
    ],
    ['no shader-f16, q4f32', { gpu: adapter({ features: [] }) }, full, 'runs', /^$/],
    [
      'default WebGPU limits: 128 MiB bindings',
      { gpu: adapter({}, { maxStorageBufferBindingSize: 128 * MIB, maxBufferSize: 256 * MIB }) },
      half,
      'cannot',
      /149 MiB.*128 MiB/,
    ],
    [
      '148 MiB bindings',
      { gpu: adapter({}, { maxStorageBufferBindingSize: 148 * MIB }) },
      half,
      'cannot',
      /149 MiB/,
    ],
    [
      '256 MiB bindings',
      { gpu: adapter({}, { maxStorageBufferBindingSize: 256 * MIB }) },
      half,
      'runs',
      /^$/,
    ],
    [
      'small buffers',
      { gpu: adapter({}, { maxBufferSize: 128 * MIB }) },
      half,
      'cannot',
      /buffers/,
    ],
    [
      '16 KiB workgroup storage',
      { gpu: adapter({}, { maxComputeWorkgroupStorageSize: 16384 }) },
      half,
      'cannot',
      /too limited/,
    ],
    [
      'eight storage buffers',
      { gpu: adapter({}, { maxStorageBuffersPerShaderStage: 8 }) },
      half,
      'cannot',
      /too limited/,
    ],
    ['a phone', { mobile: true, deviceMemoryGb: 8 }, half, 'cannot', /phone.*computer/],
    ['2 GB of memory', { deviceMemoryGb: 2 }, half, 'cannot', /2\.8 GB.*2 GB/],
    ['4 GB of memory', { deviceMemoryGb: 4 }, half, 'runs-slowly', /Close other tabs/],
    ['memory not told', { deviceMemoryGb: null }, half, 'runs', /^$/],
    ['software adapter', { gpu: adapter({ software: true }) }, half, 'runs-slowly', /software/],
    [
      'full disk',
      { storage: { quotaBytes: 2e9, usedBytes: 1.5e9 } },
      half,
      'cannot',
      /1\.7 GB.*500 MB/,
    ],
    [
      'over quota',
      { storage: { quotaBytes: 1e9, usedBytes: 2e9 } },
      half,
      'cannot',
      /room for 1 MB/,
    ],
    ['storage not told', { storage: null }, half, 'runs', /^$/],
  ];
  it.each(cases)('%s', (_, change, model, kind, words) => {
    const verdict = judge(model, facts(change));
    expect(verdict.kind).toBe(kind);
    expect(said(verdict)).toMatch(words);
  });

  it('do not need room on the disk once they are kept', () => {
    const full = facts({ storage: { quotaBytes: 2e9, usedBytes: 1.9e9 } });
    expect(judge(half, full).kind).toBe('cannot');
    expect(judge(half, full, true).kind).toBe('runs');
  });

  it('by address are judged by the limits that any model needs', () => {
    const place = {
      engine: 'webllm',
      address: 'https://a.org/m',
      library: 'https://a.org/l.wasm',
    } as const;
    const model = modelAt(place, 'https://b.org/');
    expect(judge(model, facts()).kind).toBe('runs');
    expect(judge(model, facts({ gpu: adapter({}, { maxBufferSize: 200 * MIB }) })).kind).toBe(
      'cannot',
    );
  });
});

describe('wllama models', () => {
  it('the starter runs on a bare machine', () => {
    const bare = facts({
      gpu: { kind: 'absent' },
      cores: 2,
      crossOriginIsolated: false,
      deviceMemoryGb: null,
    });
    expect(judge(starter, bare)).toEqual({ kind: 'runs', note: null });
    expect(judge(starter, { ...bare, mobile: true }).kind).toBe('runs');
  });

  it.each([
    ['simd', 'SIMD'],
    ['exceptions', 'exception handling'],
    ['memory64', '64-bit memory'],
  ] as const)('cannot run without %s', (part, words) => {
    const wasm = { simd: true, exceptions: true, memory64: true, [part]: false };
    const verdict = judge(starter, facts({ wasm }));
    expect(verdict.kind).toBe('cannot');
    expect(said(verdict)).toContain(words);
  });

  it('runs from memory on a full disk, and says so', () => {
    const verdict = judge(starter, facts({ storage: { quotaBytes: 10e6, usedBytes: 0 } }));
    expect(verdict.kind).toBe('runs');
    expect(said(verdict)).toContain('every visit');
  });

  it('large ones are slow, and too large ones cannot', () => {
    const large = { ...starter, totalBytes: 2e9 };
    expect(said(judge(large, facts({ cores: 8 })))).toContain('7 threads');
    expect(judge(large, facts()).kind).toBe('runs-slowly');
    expect(judge(large, facts({ mobile: true })).kind).toBe('cannot');
    expect(judge({ ...starter, totalBytes: 4e9 }, facts()).kind).toBe('cannot');
  });
});

describe('figures in words', () => {
  it('formats bytes', () => {
    expect([0, 76_400_000, 1_929_527_296].map(formatBytes)).toEqual(['1 MB', '76 MB', '1.9 GB']);
  });

  it('leaves one core free, and takes one thread without isolation', () => {
    expect([1, 2, 3, 8, 64].map((cores) => threadCount(cores, true))).toEqual([1, 1, 2, 7, 8]);
    expect(threadCount(8, false)).toBe(1);
  });
});
