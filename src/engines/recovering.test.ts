import { describe, expect, it } from 'vitest';
import { EngineError, type Engine, type GenerateResult } from './engine';
import { recovering } from './recovering';

const request = { prompt: '', maxTokens: 4, temperature: 0, seed: 0, stop: [] };
const result: GenerateResult = {
  text: 'ab',
  promptTokens: 1,
  tokens: 2,
  milliseconds: 1,
  finish: 'stop',
};
const lost = (): EngineError => new EngineError('device-lost', 'gone', 'again');
const { signal } = new AbortController();

/** Fails with these in turn, then works. */
function engineThat(fails: { load?: Error[]; generate?: Error[] }) {
  const calls: string[] = [];
  const step = (name: 'load' | 'generate'): void => {
    calls.push(name);
    const error = fails[name]?.shift();
    if (error !== undefined) throw error;
  };
  const engine: Engine = {
    getInfo: () => ({ engine: 'webllm', modelId: 'x', contextTokens: 1, backend: '' }),
    getState: () => ({ kind: 'ready' }),
    load: async () => Promise.resolve().then(() => step('load')),
    generate: async (_, onToken) => {
      onToken('a', 1);
      await Promise.resolve().then(() => step('generate'));
      return result;
    },
    unload: () => Promise.resolve(),
  };
  const safe = recovering(engine, {
    onReload: () => undefined,
    onRestart: () => calls.push('restart'),
  });
  return { calls, safe, write: () => safe.generate(request, () => undefined, signal) };
}

describe('recovering', () => {
  it('loads again after a loss, and starts over', async () => {
    const { calls, write } = engineThat({ generate: [lost()] });
    expect(await write()).toEqual(result);
    expect(calls).toEqual(['generate', 'load', 'restart', 'generate']);
  });

  it('explains a second loss, whenever it comes', async () => {
    const twice = engineThat({ generate: [lost(), lost()] });
    await expect(twice.write()).rejects.toThrow(/twice/);
    const later = engineThat({ load: [lost()], generate: [lost()] });
    await later.safe.load(() => undefined, signal);
    await expect(later.write()).rejects.toThrow(/twice/);
    expect(later.calls).toEqual(['load', 'load', 'generate']);
    await expect(engineThat({ generate: [lost()], load: [lost()] }).write()).rejects.toThrow(
      /twice/,
    );
  });

  it('passes other failures on', async () => {
    const failure = new EngineError('memory', 'full', 'close');
    const { calls, write } = engineThat({ generate: [failure] });
    await expect(write()).rejects.toBe(failure);
    expect(calls).toEqual(['generate']);
  });

  it('does nothing more once it is cancelled', async () => {
    const { calls, safe } = engineThat({ generate: [lost()] });
    const cancelled = AbortSignal.abort();
    await expect(safe.generate(request, () => undefined, cancelled)).rejects.toThrow('gone');
    expect(calls).toEqual(['generate']);
  });
});
