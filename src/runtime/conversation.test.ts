import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WorkerRequest } from '../../workers/wire';
import { Conversation, type ConversationLimits } from './conversation';
import type { RuntimeError } from './runtime';

type Answer = (request: WorkerRequest, say: (message: unknown) => void) => void;

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** A conversation with a worker that answers as `answer` says, over a real channel. */
function converse(answer: Answer, limits: Partial<ConversationLimits> = {}) {
  const channel = new MessageChannel();
  open.push(channel.port1, channel.port2);
  channel.port2.onmessage = (event: MessageEvent<WorkerRequest>) =>
    answer(event.data, (message) => channel.port2.postMessage(message));
  const terminate = vi.fn();
  return { conversation: new Conversation({ port: channel.port1, terminate }, limits), terminate };
}

const done = (id: number, result: unknown): string =>
  JSON.stringify({ id, step: { state: 'done', result } });
const failed = (id: number, name: string, message = 'why'): string =>
  JSON.stringify({ id, step: { state: 'failed', error: { name, message } } });

const rejection = (promise: Promise<unknown>): Promise<RuntimeError> =>
  promise.then(
    () => expect.fail('answered'),
    (error: unknown) => error as RuntimeError,
  );

const ADVANCE = { actions: [], seed: 1 };
const SEARCH = { actions: [], seed: 1, simulations: 1, milliseconds: 10_000 };
const STATISTICS = {
  simulations: 1,
  worlds: null,
  best: null,
  children: [],
  principalVariation: [],
  milliseconds: 1,
};

describe('answers', () => {
  it('go to the call they belong to, whatever their order', async () => {
    const waiting: [number, (message: unknown) => void][] = [];
    const { conversation } = converse((request, say) => {
      waiting.push([request.id, say]);
      if (waiting.length < 2) return;
      for (const [id, tell] of waiting.reverse()) tell(done(id, { actions: [`of ${id}`] }));
    });
    const answers = [
      conversation.request('advance', ADVANCE),
      conversation.request('advance', ADVANCE),
    ];
    expect(await Promise.all(answers)).toEqual([{ actions: ['of 1'] }, { actions: ['of 2'] }]);
  });

  it('bring a failure of the program and leave the worker alive', async () => {
    const { conversation, terminate } = converse(({ id }, say) =>
      say(failed(id, 'ProgramError', 'it broke')),
    );
    const error = await rejection(conversation.request('advance', ADVANCE));
    expect(error).toMatchObject({ name: 'ProgramError', message: 'it broke' });
    expect(error.nextStep).not.toBe('');
    expect(conversation.ended).toBeNull();
    expect(terminate).not.toHaveBeenCalled();
  });

  it.each([
    ['MemoryError', 'why', 'MemoryLimitError'],
    ['ProgramError', 'apply_action raised MemoryError: full', 'MemoryLimitError'],
    ['ProgramError', 'import failed: MemoryError', 'MemoryLimitError'],
    ['RecursionError', 'why', 'ProgramError'],
    ['SystemExit', '3', 'ProgramError'],
  ])('name %s (%s) as %s', async (name, message, expected) => {
    const { conversation } = converse(({ id }, say) => say(failed(id, name, message)));
    expect((await rejection(conversation.request('advance', ADVANCE))).name).toBe(expected);
  });

  it.each([
    ['RangeError: Maximum call stack size exceeded', 'WorkerDiedError', /nested too deeply/],
    ['RuntimeError: memory access out of bounds', 'WorkerDiedError', /outside its memory/],
    ['Exit: Program terminated with exit(3)', 'WorkerDiedError', /told to exit/],
    ['RangeError: Array buffer allocation failed', 'MemoryLimitError', /512 MB/],
  ])('name the end of the interpreter: %s', async (message, name, words) => {
    const { conversation, terminate } = converse(({ id }, say) =>
      say(JSON.stringify({ id, died: { message } })),
    );
    const error = await rejection(conversation.request('advance', ADVANCE));
    expect(error.name).toBe(name);
    expect(error.message).toMatch(words);
    expect(terminate).toHaveBeenCalledOnce();
  });
});

describe('a worker is ended, and every call with it,', () => {
  it('at the deadline, however many signs of life it gives', async () => {
    let beat: ReturnType<typeof setInterval> | undefined;
    const { conversation, terminate } = converse(({ id }, say) => {
      const running = JSON.stringify({ id, step: { state: 'running', progress: null } });
      beat ??= setInterval(() => say(running), 20);
    });
    const calls = [
      conversation.request('advance', ADVANCE),
      conversation.request('advance', ADVANCE, { deadline: 150 }),
    ];
    const names = await Promise.all(calls.map(async (call) => (await rejection(call)).name));
    clearInterval(beat);
    expect(names).toEqual(['DeadlineError', 'DeadlineError']);
    expect(terminate).toHaveBeenCalledOnce();
    expect((await rejection(conversation.request('advance', ADVANCE))).name).toBe('DeadlineError');
  });

  it('when it is silent for too long', async () => {
    const { conversation } = converse(() => undefined, { stallMilliseconds: 50 });
    const error = await rejection(conversation.request('advance', ADVANCE));
    expect(error).toMatchObject({ name: 'DeadlineError' });
    expect(error.message).toMatch(/sign of life/);
  });

  it('when an answer is longer than its method allows', async () => {
    const { conversation } = converse(({ id, kind }, say) => {
      if (kind === 'call' && id === 2) say(done(2, { actions: [], more: 'x'.repeat(3_000_000) }));
    });
    const other = conversation.request('search', SEARCH);
    const error = await rejection(conversation.request('advance', ADVANCE));
    expect(error.name).toBe('ProtocolError');
    expect((await rejection(other)).name).toBe('ProtocolError');
  });

  it('when progress has the wrong shape', async () => {
    const { conversation } = converse(({ id }, say) =>
      say(JSON.stringify({ id, step: { state: 'running', progress: { simulations: 'many' } } })),
    );
    const onProgress = vi.fn();
    const error = await rejection(conversation.request('search', SEARCH, { onProgress }));
    expect(error.name).toBe('ProtocolError');
    expect(onProgress).not.toHaveBeenCalled();
  });
});

describe('an abort', () => {
  it('rejects at once with the reason and leaves a worker that answers', async () => {
    const { conversation, terminate } = converse(({ kind, id }, say) => {
      if (kind === 'cancel') say(JSON.stringify({ id, cancelled: true }));
      else if (id === 2) say(done(id, { actions: ['next'] }));
    });
    const controller = new AbortController();
    const call = conversation.request('search', SEARCH, { signal: controller.signal });
    controller.abort();
    expect((await rejection(call)).name).toBe('AbortError');
    await conversation.quiet();
    expect(await conversation.request('advance', ADVANCE)).toEqual({ actions: ['next'] });
    expect(terminate).not.toHaveBeenCalled();
  });

  it('takes a late result for the answer', async () => {
    const { conversation } = converse(({ kind, id }, say) => {
      if (kind === 'cancel') say(done(id, STATISTICS));
    });
    const controller = new AbortController();
    const call = conversation.request('search', SEARCH, { signal: controller.signal });
    controller.abort();
    await rejection(call);
    await conversation.quiet();
    expect(conversation.ended).toBeNull();
  });

  it('ends a worker that does not answer', async () => {
    const { conversation, terminate } = converse(() => undefined, { cancelMilliseconds: 30 });
    const controller = new AbortController();
    const call = conversation.request('search', SEARCH, { signal: controller.signal });
    controller.abort();
    expect((await rejection(call)).name).toBe('AbortError');
    await conversation.quiet();
    expect(conversation.ended?.name).toBe('WorkerDiedError');
    expect(terminate).toHaveBeenCalledOnce();
  });
});

it('passes on checked progress', async () => {
  const { conversation } = converse(({ id }, say) => {
    say(JSON.stringify({ id, step: { state: 'running', progress: STATISTICS } }));
    say(done(id, { ...STATISTICS, simulations: 2 }));
  });
  const onProgress = vi.fn();
  const result = await conversation.request('search', SEARCH, { onProgress });
  expect(onProgress).toHaveBeenCalledWith(STATISTICS);
  expect(result.simulations).toBe(2);
});
