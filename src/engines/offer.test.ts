import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue';
import { adapter, facts, MIB } from './facts.fixture';
import { offeredModels, type EnginePreference } from './offer';
import type { BrowserFacts } from './preflight';

const offered = (change: Partial<BrowserFacts>, preference: EnginePreference = 'automatic') =>
  offeredModels(catalogue, facts(change), new Set(), preference);
const ids = (change: Partial<BrowserFacts>) => offered(change).map(({ model }) => model.id);
const software = adapter({ software: true, description: 'SwiftShader' });

describe('number formats', () => {
  it('takes q4f16 where shader-f16 is, else q4f32', () => {
    expect(ids({})).toEqual([
      'starter-webgpu',
      'Qwen2.5-3B-Instruct-q4f16_1-MLC',
      'Qwen2.5-Coder-3B-Instruct-q4f16_1-MLC',
    ]);
    expect(ids({ gpu: adapter({ features: [] }) })).toEqual([
      'starter-webgpu',
      'Qwen2.5-3B-Instruct-q4f32_1-MLC',
      'Qwen2.5-Coder-3B-Instruct-q4f32_1-MLC',
    ]);
  });

  it('offers one of each group with its reason even where none runs', () => {
    const [, first, second] = offered({ gpu: { kind: 'absent' } });
    expect([first?.verdict.kind, second?.verdict.kind]).toEqual(['cannot', 'cannot']);
    expect(JSON.stringify(first?.verdict)).toContain('WebGPU');
  });
});

describe('engines of the starter', () => {
  it('takes WebLLM on a real adapter, and names it', () => {
    const [starter] = offered({});
    expect(starter?.model.engine).toBe('webllm');
    expect(starter?.engines).toEqual(['webllm', 'wllama']);
    expect(starter?.why).toBe(
      'It runs on the graphics processor (nvidia ampere), which is faster.',
    );
    expect(starter?.verdict).toEqual({ kind: 'runs', note: null });
  });

  it.each<[string, Partial<BrowserFacts>, RegExp]>([
    ['a software adapter', { gpu: software }, /^It runs on the processor.*software/],
    ['no WebGPU', { gpu: { kind: 'absent' } }, /^It runs on the processor.*no WebGPU/],
    ['no adapter', { gpu: { kind: 'no-adapter' } }, /^It runs on the processor.*found no graphics/],
    [
      'small buffers',
      { gpu: adapter({}, { maxStorageBufferBindingSize: 64 * MIB }) },
      /^It runs on the processor.*64 MiB/,
    ],
  ])('takes wllama with %s, and says why', (_, change, why) => {
    const [starter] = offered(change);
    expect(starter?.model.id).toBe('starter');
    expect(starter?.verdict.kind).toBe('runs');
    expect(starter?.why).toMatch(why);
  });

  it('does what a person chose, as far as it can run', () => {
    const [wllama] = offered({}, 'wllama');
    expect(wllama?.model.id).toBe('starter');
    expect(wllama?.why).toContain('because you chose so');
    const [slow] = offered({ gpu: software }, 'webllm');
    expect(slow?.model.id).toBe('starter-webgpu');
    expect(slow?.verdict.kind).toBe('runs-slowly');
    const [none] = offered({ gpu: { kind: 'absent' } }, 'webllm');
    expect(none?.model.id).toBe('starter');
    expect(none?.why).toContain('no WebGPU');
  });

  it('says nothing where a model has one engine', () => {
    expect(offered({}, 'wllama').map(({ why }) => why === null)).toEqual([false, true, true]);
  });

  it('says what is against the processor where only that is', () => {
    const wasm = { simd: false, exceptions: true, memory64: true };
    const [starter] = offered({ gpu: software, wasm });
    expect(starter?.model.engine).toBe('webllm');
    expect(starter?.why).toContain('SIMD');
  });
});
