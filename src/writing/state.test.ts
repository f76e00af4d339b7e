import { describe, expect, it } from 'vitest';
import { idle, isBusy, reduceWriting, textOf, triedInWords, type WritingEvent } from './state';

function after(...events: WritingEvent[]) {
  return events.reduce(reduceWriting, idle);
}
const start: WritingEvent = { type: 'start' };
const token = (piece: string, tokens: number): WritingEvent => ({
  type: 'token',
  piece,
  tokens,
  tokensPerSecond: 5,
});

describe('reduceWriting', () => {
  it('collects the streamed text and starts anew for the next candidate', () => {
    const first = after(start, { type: 'prompt-sent' }, token('def ', 1), token('f()', 2));
    expect(first).toMatchObject({ kind: 'writing', text: 'def f()', tokens: 2 });
    const second = [{ type: 'prompt-sent' } as const, token('x', 1)].reduce(reduceWriting, first);
    expect(textOf(second)).toBe('x');
  });

  it('keeps what was tried through the phases', () => {
    const tried = { seed: 0, temperature: 0, outcome: { kind: 'broken', message: 'no' } } as const;
    const state = after(
      start,
      { type: 'tried', tried },
      { type: 'prompt-sent' },
      token('x', 1),
      { type: 'written', text: 'x' },
      { type: 'check-progress', progress: null },
    );
    expect(state).toMatchObject({ kind: 'checking', tried: [tried], text: 'x' });
  });

  it('cancels in every busy phase and leaves the others alone', () => {
    const busy = [
      after(start),
      after(start, { type: 'prompt-sent' }),
      after(start, token('x', 1)),
      after(start, { type: 'written', text: 'x' }),
      after(start, { type: 'check-progress', progress: null }),
    ];
    for (const state of busy) {
      expect(isBusy(state)).toBe(true);
      expect(reduceWriting(state, { type: 'cancelled' }).kind).toBe('idle');
    }
    const done = after(start, { type: 'done', milliseconds: 5 });
    expect(reduceWriting(done, { type: 'cancelled' })).toBe(done);
  });

  it('keeps the text of a failure', () => {
    const trouble = { what: 'a', why: 'b', nextStep: 'c', detail: null, line: null };
    const failed: WritingEvent = { type: 'failed', reason: 'program', trouble };
    expect(after(start, token('x', 1), failed)).toMatchObject({ kind: 'failed', text: 'x' });
  });
});

describe('triedInWords', () => {
  it('is silent about a first candidate that is sound', () => {
    const outcome = { kind: 'sound', score: 1 } as const;
    expect(triedInWords([{ seed: 0, temperature: 0, outcome }])).toBe('');
  });

  it('tells what became of each candidate', () => {
    const words = triedInWords([
      { seed: 0, temperature: 0, outcome: { kind: 'broken', message: 'not Python.' } },
      { seed: 1, temperature: 0.4, outcome: { kind: 'flawed', score: 0.5, message: 'it sticks' } },
      { seed: 2, temperature: 0.7, outcome: { kind: 'sound', score: 0.97 } },
    ]);
    expect(words).toBe(
      'Candidate 1 did not run: not Python. Candidate 2 reached 50 of 100: it sticks. Candidate 3 passed with 97 of 100.',
    );
  });
});
