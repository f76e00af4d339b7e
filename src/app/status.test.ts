import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../runtime/runtime';
import { describeStatus, type StatusInput } from './status';

const input: StatusInput = {
  runtime: { kind: 'ready', startMilliseconds: 400, snapshot: true },
  writing: { kind: 'idle', note: null },
  checking: { kind: 'resting' },
  playing: { kind: 'none' },
  facts: null,
  storage: { kind: 'kept' },
  notice: null,
  wentOn: false,
};

describe('describeStatus', () => {
  it('says what to do when nothing goes on', () => {
    expect(describeStatus(input)).toEqual({
      tone: 'calm',
      text: 'Ready. Type the rules of a game and press Write.',
    });
  });

  it('puts what is being done before everything else', () => {
    const writing = { kind: 'reading-prompt', tried: [] } as const;
    const runtime = { kind: 'starting', stage: 'Starting Python' } as const;
    expect(describeStatus({ ...input, writing, runtime }).text).toBe('Reading the rules.');
    expect(describeStatus({ ...input, runtime }).text).toBe('Starting Python.');
  });

  it('does not change with every token', () => {
    const at = (tokens: number) =>
      describeStatus({
        ...input,
        writing: { kind: 'writing', tried: [], text: 'x', tokens, tokensPerSecond: tokens },
      });
    expect(at(1)).toEqual(at(200));
  });

  it('tells of a failure until a person goes on', () => {
    const trouble = { what: 'It broke', why: 'a loop', nextStep: '', detail: null, line: null };
    const failed = { ...input, checking: { kind: 'failed', trouble } } as const;
    expect(describeStatus(failed)).toEqual({ tone: 'bad', text: 'It broke: a loop' });
    expect(describeStatus({ ...failed, wentOn: true }).tone).toBe('calm');
  });

  it('says why Python cannot start, and what to do', () => {
    const error = new RuntimeError('StartError', 'No WebAssembly.', 'Use another browser.');
    const status = describeStatus({ ...input, runtime: { kind: 'failed', error } });
    expect(status).toEqual({
      tone: 'bad',
      text: 'Python cannot start: No WebAssembly. Use another browser.',
    });
  });
});
