import { describe, expect, it, vi } from 'vitest';
import { createFakeRuntime, failedFinding } from '../app/testing/parts';
import { createCheckingStore, type Loaded } from './store';

function setUp() {
  const runtime = createFakeRuntime();
  const loaded: [Loaded, boolean][] = [];
  let ids = 0;
  const store = createCheckingStore(
    { runtime, newId: () => `c${(ids += 1)}`, scenarios: () => [] },
    (one, restored) => {
      loaded.push([one, restored]);
    },
  );
  return { runtime, loaded, state: () => store.getState() };
}

describe('a program edited by hand', () => {
  it('is loaded and checked, and the session of the one before is closed', async () => {
    const { state, loaded, runtime } = setUp();
    for (const source of ['take-away 3', 'take-away 4']) {
      state().setDraft(source);
      await state().checkAgain();
    }
    expect(loaded.map(([one]) => one.program.source)).toEqual(['take-away 3', 'take-away 4']);
    expect(runtime.open()).toBe(1);
  });

  it('that is broken leaves the earlier program and the text', async () => {
    const { state, loaded } = setUp();
    state().setDraft('take-away 3');
    await state().checkAgain();
    state().setDraft('def f(');
    await state().checkAgain();
    expect(state().checking).toMatchObject({ kind: 'failed', trouble: { line: 1 } });
    expect(state().draft).toBe('def f(');
    expect(state().loaded?.program.source).toBe('take-away 3');
    expect(loaded).toHaveLength(1);
  });

  it('can be cancelled', async () => {
    const { state, runtime } = setUp();
    const release = runtime.hold('check');
    state().setDraft('take-away 3');
    const checked = state().checkAgain();
    await vi.waitFor(() => expect(state().checking.kind).toBe('checking'));
    state().cancel();
    expect(state().checking.kind).toBe('resting');
    release();
    await checked;
    expect(state().loaded).toBeNull();
    expect(runtime.open()).toBe(0);
  });
});

describe('a knob', () => {
  it('changes the program and checks it again', async () => {
    const { state } = setUp();
    state().setDraft('take-away 3');
    await state().checkAgain();
    await state().tune('SIZE', 8);
    expect(state().draft).toBe('take-away 8');
    expect(state().loaded).toMatchObject({ origin: 'tuned', program: { source: 'take-away 8' } });
  });
});

describe('a counter-example', () => {
  it('is replayed step by step', async () => {
    const { state } = setUp();
    state().setDraft('take-away 5 flawed');
    await state().checkAgain();
    state().openReplay(failedFinding);
    await vi.waitFor(() =>
      expect(state().replay).toMatchObject({
        step: 0,
        worlds: [{ position: { view: { heaps: [5] } } }],
      }),
    );
    state().stepReplay(2);
    await vi.waitFor(() =>
      expect(state().replay).toMatchObject({
        step: 2,
        worlds: [{ position: { view: { heaps: [2] } } }],
      }),
    );
    state().stepReplay(3);
    expect(state().replay).toMatchObject({ step: 2 });
    state().closeReplay();
    expect(state().replay.kind).toBe('closed');
  });

  it('of a leak shows both worlds, whole or as a seat sees them', async () => {
    const { state } = setUp();
    state().setDraft('high card');
    await state().checkAgain();
    const twin = ['deal J', 'deal K'];
    state().openReplay({ ...failedFinding, counterexample: ['deal J', 'deal Q'], twin });
    state().stepReplay(2);
    const hands = (...each: unknown[]) => ({
      worlds: each.map((one) => ({ position: { view: { hands: one } } })),
    });
    await vi.waitFor(() => expect(state().replay).toMatchObject(hands(['J', 'Q'], ['J', 'K'])));
    state().seeAs(0);
    await vi.waitFor(() =>
      expect(state().replay).toMatchObject({ seat: 0, ...hands(['J', null], ['J', null]) }),
    );
  });
});
