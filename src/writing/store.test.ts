import { describe, expect, it, vi } from 'vitest';
import { createFakeEngine, createFakeRuntime, fakeModel } from '../app/testing/parts';
import type { Verdict } from '../app/service-types';
import type { Checked } from '../checking/load';
import { EngineError } from '../engines/engine';
import { createWritingStore } from './store';
import type { Writing } from './state';

interface Wishes {
  texts?: string[];
  rules?: string;
  verdict?: Verdict;
}

function setUp({ texts = ['take-away 5'], rules = 'Take stones.', verdict }: Wishes = {}) {
  const engine = createFakeEngine(texts);
  const runtime = createFakeRuntime();
  const adopted: Checked[] = [];
  let clock = 0;
  const store = createWritingStore({
    runtime,
    now: () => (clock += 100),
    scenarios: () => [],
    rules: () => rules,
    model: () => fakeModel('starter'),
    verdict: () => verdict,
    engine: () => Promise.resolve(engine),
    adopt: (checked) => adopted.push(checked),
  });
  const kinds: Writing['kind'][] = [];
  store.subscribe(({ writing }) => {
    if (kinds.at(-1) !== writing.kind) kinds.push(writing.kind);
  });
  const writing = () => store.getState().writing;
  return { store, engine, runtime, adopted, kinds, writing };
}

describe('writing', () => {
  it('goes through every phase and hands over a sound program', async () => {
    const { store, engine, adopted, kinds } = setUp();
    await store.getState().write();
    expect(kinds).toEqual([
      'loading-model',
      'reading-prompt',
      'writing',
      'tidying',
      'checking',
      'tidying',
      'done',
    ]);
    expect(engine.requests).toEqual([
      { prompt: 'rules: Take stones.', maxTokens: 400, seed: 0, temperature: 0, stop: ['<end>'] },
    ]);
    expect(adopted[0]?.program.source).toBe('take-away 5');
  });

  it('tries other seeds after a flawed candidate and keeps the best', async () => {
    const { store, engine, runtime, adopted, writing } = setUp({
      texts: ['take-away 4 flawed', 'no program', 'take-away 6'],
    });
    await store.getState().write();
    expect(engine.requests.map(({ seed }) => seed)).toEqual([0, 1, 2]);
    expect(adopted.map(({ program }) => program.source)).toEqual(['take-away 6']);
    expect(writing()).toMatchObject({
      kind: 'done',
      tried: [
        { outcome: { kind: 'flawed' } },
        { outcome: { kind: 'broken' } },
        { outcome: { kind: 'sound' } },
      ],
    });
    // Only the session of the program that was handed over is left.
    expect(runtime.open()).toBe(1);
  });

  it('hands over a flawed program when nothing better comes within the budget', async () => {
    const { store, engine, adopted } = setUp({ texts: ['take-away 4 flawed', 'x', 'y'] });
    await store.getState().write();
    expect(engine.requests).toHaveLength(3);
    expect(adopted[0]?.program.source).toBe('take-away 4 flawed');
  });

  it('fails when no candidate is a program, and keeps what was written', async () => {
    const { store, adopted, writing, runtime } = setUp({ texts: ['a', 'b', 'c'] });
    await store.getState().write();
    expect(writing()).toMatchObject({ kind: 'failed', reason: 'program', text: 'c' });
    expect(adopted).toEqual([]);
    expect(runtime.open()).toBe(0);
  });

  it('loads again when the graphics device is lost in the middle, and starts the text over', async () => {
    const { store, engine, adopted, kinds, writing } = setUp();
    const generate = engine.generate.bind(engine);
    let losses = 1;
    engine.generate = async (request, onToken, signal) => {
      onToken('half a', 1);
      if (losses-- > 0) throw new EngineError('device-lost', 'gone', 'again');
      return await generate(request, onToken, signal);
    };
    const load = vi.spyOn(engine, 'load');
    await store.getState().write();
    expect(load).toHaveBeenCalledTimes(2);
    expect(kinds.slice(0, 5)).toEqual([
      'loading-model',
      'reading-prompt',
      'writing',
      'loading-model',
      'reading-prompt',
    ]);
    expect(writing().kind).toBe('done');
    expect(adopted[0]?.program.source).toBe('take-away 5');
  });

  it('explains a device that is lost twice', async () => {
    const { store, engine, writing } = setUp();
    engine.generate = () => Promise.reject(new EngineError('device-lost', 'gone', 'again'));
    await store.getState().write();
    expect(writing()).toMatchObject({
      kind: 'failed',
      reason: 'model',
      trouble: { nextStep: expect.stringContaining('processor') as string },
    });
  });

  it('stops at once when the model says that it does not know the game', async () => {
    const { store, engine, writing } = setUp({ texts: ['# does not know'] });
    await store.getState().write();
    expect(writing()).toMatchObject({ kind: 'failed', reason: 'unknown-game' });
    expect(engine.requests).toHaveLength(1);
  });

  it.each([
    ['', 'There are no rules to read yet'],
    ['   \n ', 'There are no rules to read yet'],
    ['x'.repeat(6001), 'These rules are too long for this model'],
  ])('makes no model call for rules that cannot be used', async (rules, what) => {
    const { store, engine, writing } = setUp({ rules });
    await store.getState().write();
    expect(engine.requests).toEqual([]);
    expect(writing()).toMatchObject({ kind: 'failed', reason: 'rules', trouble: { what } });
  });

  it('makes no model call when the model cannot run here', async () => {
    const verdict = { kind: 'cannot', reason: 'no WebGPU', nextStep: 'use the starter' } as const;
    const { store, engine, writing } = setUp({ verdict });
    await store.getState().write();
    expect(engine.requests).toEqual([]);
    expect(writing()).toMatchObject({ kind: 'failed', trouble: { nextStep: 'use the starter' } });
  });

  it.each(['open', 'check'] as const)('can be cancelled while it waits for %s', async (method) => {
    const { store, runtime, adopted, writing } = setUp();
    const release = runtime.hold(method);
    const written = store.getState().write();
    const phase = method === 'open' ? 'tidying' : 'checking';
    await vi.waitFor(() => expect(writing().kind).toBe(phase));
    store.getState().cancel();
    expect(writing().kind).toBe('idle');
    release();
    await written;
    expect(writing().kind).toBe('idle');
    expect(adopted).toEqual([]);
    expect(runtime.open()).toBe(0);
  });

  it('can be cancelled while tokens come', async () => {
    const { store, adopted, writing } = setUp({ texts: ['take-away 5 '.repeat(50)] });
    let cancelled = false;
    store.subscribe((state) => {
      if (state.writing.kind !== 'writing' || state.writing.tokens < 3) return;
      cancelled = true;
      store.getState().cancel();
    });
    await store.getState().write();
    expect(cancelled).toBe(true);
    expect(writing().kind).toBe('idle');
    expect(adopted).toEqual([]);
  });
});
