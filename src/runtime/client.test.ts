import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WorkerRequest } from '../../workers/wire';
import { createRuntime } from './client';
import type { WorkerSource } from './pool';
import type { Runtime, RuntimeState } from './runtime';

const PROGRAM = {
  plain: '',
  mends: [],
  constants: [],
  players: 2,
  names: ['a', 'b'],
  information: 'perfect',
};

/** A worker that keeps one program and says what it was asked; the program "stuck" answers nothing after its opening. */
class Peer {
  readonly asked: string[] = [];
  terminated = false;
  onDied: ((message: string) => void) | null = null;
  readonly port: MessagePort;
  readonly #own: MessagePort;
  #source = '';

  constructor(readonly snapshot: boolean) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.#own = port2;
    port2.onmessage = (event: MessageEvent<WorkerRequest>) => this.#hear(event.data);
  }

  boot(message: object): void {
    setTimeout(() => this.#own.postMessage(JSON.stringify(message)), 5);
  }

  terminate(): void {
    this.terminated = true;
    this.#own.close();
  }

  #hear(request: WorkerRequest): void {
    if (request.kind === 'cancel') return;
    const { source } = JSON.parse(request.params) as { source?: string };
    this.asked.push(source === undefined ? request.method : `${request.method} ${source}`);
    if (request.method === 'open') this.#source = source ?? '';
    const { id } = request;
    const results: Record<string, unknown> = {
      open: { ...PROGRAM, source: this.#source },
      advance: { actions: [this.#source] },
      tune: { source: 'tuned' },
      compare: { equal: true, games: 1, difference: null },
    };
    if (this.#source === 'stuck' && request.method !== 'open') return;
    const failure = { name: 'ProgramError', message: 'it does not load' };
    const broken = request.method === 'open' && this.#source === 'broken';
    const step = broken
      ? { state: 'failed', error: failure }
      : { state: 'done', result: results[request.method] };
    this.#own.postMessage(JSON.stringify({ id, step }));
  }
}

const runtimes: Runtime[] = [];
afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose();
});

interface Setup {
  hasSnapshot?: boolean;
  /** What a worker says first. */
  boot?: (snapshot: boolean, count: number) => object;
  create?: () => void;
}

function start({ hasSnapshot = true, boot, create }: Setup = {}) {
  const peers: Peer[] = [];
  const source: WorkerSource = {
    hasSnapshot,
    spawn: (snapshot) => {
      const peer = new Peer(snapshot);
      peers.push(peer);
      peer.boot(boot?.(snapshot, peers.length) ?? { ready: { milliseconds: 1, snapshot } });
      return peer;
    },
    dispose: vi.fn(() => peers.forEach((peer) => peer.terminate())),
  };
  const runtime = createRuntime({
    createSource: () => {
      create?.();
      return Promise.resolve(source);
    },
  });
  runtimes.push(runtime);
  return { runtime, peers, source };
}

const ADVANCE = { actions: [], seed: 1 };
const nameOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: Error) => error.name,
  );

const until = (runtime: Runtime, kind: RuntimeState['kind']): Promise<RuntimeState> =>
  new Promise((resolve) => {
    const look = (state: RuntimeState): void => {
      if (state.kind === kind) resolve(state);
    };
    runtime.subscribe(look);
    look(runtime.getState());
  });

describe('the pool', () => {
  it('keeps one spare warm, and only one', async () => {
    const { runtime, peers } = start();
    await until(runtime, 'ready');
    expect(peers).toHaveLength(1);
    await runtime.session().call('open', { source: 'a' });
    await vi.waitFor(() => expect(peers).toHaveLength(2));
    expect(peers[0]?.asked).toEqual(['open a']);
    expect(peers[1]?.asked).toEqual([]);
  });

  it('falls back to the plain start, and stays with it', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { runtime, peers } = start({
      boot: (snapshot) =>
        snapshot ? { startFailed: { message: 'bad' } } : { ready: { milliseconds: 9, snapshot } },
    });
    expect(await until(runtime, 'ready')).toMatchObject({ snapshot: false, startMilliseconds: 9 });
    await runtime.session().call('open', { source: 'a' });
    await vi.waitFor(() => expect(peers).toHaveLength(3));
    expect(peers.map((peer) => peer.snapshot)).toEqual([true, false, false]);
    expect(peers[0]?.terminated).toBe(true);
    vi.restoreAllMocks();
  });

  it('tells of a failed start, and tries anew at the next call', async () => {
    const { runtime } = start({
      hasSnapshot: false,
      boot: (snapshot, count) =>
        count === 1
          ? { startFailed: { message: 'bad' } }
          : { ready: { milliseconds: 1, snapshot } },
    });
    expect(await until(runtime, 'failed')).toMatchObject({ error: { name: 'StartError' } });
    expect(await nameOf(runtime.session().call('open', { source: 'a' }))).toBe('answered');
    expect(runtime.getState().kind).toBe('ready');
  });

  it('fetches anew when the files could not be fetched', async () => {
    let tries = 0;
    const { runtime } = start({
      create: () => {
        tries += 1;
        if (tries === 1) throw new Error('offline');
      },
    });
    await until(runtime, 'failed');
    expect(await nameOf(runtime.session().call('open', { source: 'a' }))).toBe('answered');
  });
});

describe('a session', () => {
  it('opens its program again on the spare when its worker has died', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    await session.call('open', { source: 'a' });
    peers[0]?.onDied?.('crashed');
    expect(peers[0]?.terminated).toBe(true);
    expect(await session.call('advance', ADVANCE)).toEqual({ actions: ['a'] });
    expect(peers[1]?.asked).toEqual(['open a', 'advance']);
  });

  it('opens nothing again for a call that needs no program', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    await session.call('open', { source: 'a' });
    peers[0]?.onDied?.('crashed');
    await session.call('tune', { source: 'b', constants: {} });
    expect(peers[1]?.asked).toEqual(['tune b']);
  });

  it('gives every program a worker of its own', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    await session.call('open', { source: 'a' });
    await session.call('open', { source: 'a' });
    await session.call('open', { source: 'b' });
    expect(peers[0]?.asked).toEqual(['open a', 'open a']);
    expect(peers[0]?.terminated).toBe(true);
    expect(peers[1]?.asked).toEqual(['open b']);
  });

  it('compares in a worker that ends with the comparison', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    await session.call('open', { source: 'a' });
    await session.call('compare', { source: 'b', seed: 1, games: 1, steps: 1 });
    expect(peers[1]?.asked).toEqual(['open a', 'compare b']);
    expect(peers[1]?.terminated).toBe(true);
    expect(await session.call('advance', ADVANCE)).toEqual({ actions: ['a'] });
    expect(peers[0]?.asked).toEqual(['open a', 'advance']);
  });

  it('keeps a program that does not load open, so that a check can say why', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    expect(await nameOf(session.call('open', { source: 'broken' }))).toBe('ProgramError');
    peers[0]?.onDied?.('crashed');
    await session.call('advance', ADVANCE);
    expect(peers[1]?.asked).toEqual(['open broken', 'advance']);
  });

  it('sends calls in their order, after the opening before them', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    const calls = [
      session.call('open', { source: 'a' }),
      session.call('advance', ADVANCE),
      session.call('advance', ADVANCE),
    ];
    await Promise.all(calls);
    expect(peers[0]?.asked).toEqual(['open a', 'advance', 'advance']);
  });

  it('is dead after a deadline, and its next call is served', async () => {
    const { runtime } = start();
    const session = runtime.session();
    await session.call('open', { source: 'stuck' });
    const pending = [
      session.call('advance', ADVANCE),
      session.call('advance', ADVANCE, { deadline: 30 }),
    ];
    expect(await Promise.all(pending.map(nameOf))).toEqual(['DeadlineError', 'DeadlineError']);
    await session.call('open', { source: 'a' });
    expect(await session.call('advance', ADVANCE)).toEqual({ actions: ['a'] });
  });

  it('rejects an aborted call with the reason, before it is sent and after', async () => {
    const { runtime, peers } = start();
    const session = runtime.session();
    const early = AbortSignal.abort(new DOMException('no more', 'AbortError'));
    expect(await nameOf(session.call('advance', ADVANCE, { signal: early }))).toBe('AbortError');
    const controller = new AbortController();
    const starting = session.call('open', { source: 'a' }, { signal: controller.signal });
    controller.abort();
    expect(await nameOf(starting)).toBe('AbortError');
    await session.call('open', { source: 'b' });
    expect(peers.flatMap((peer) => peer.asked)).toEqual(['open b']);
  });

  it('refuses a program that is too long without sending it', async () => {
    const { runtime, peers } = start();
    const call = runtime.session().call('open', { source: 'x'.repeat(200_001) });
    expect(await nameOf(call)).toBe('ProgramError');
    expect(peers.flatMap((peer) => peer.asked)).toEqual([]);
  });

  it('closes: pending and later calls are rejected, other sessions live on', async () => {
    const { runtime } = start();
    const [session, other] = [runtime.session(), runtime.session()];
    await session.call('open', { source: 'stuck' });
    const pending = nameOf(session.call('advance', ADVANCE));
    await new Promise((resolve) => setTimeout(resolve, 10));
    session.close();
    expect(await pending).toBe('WorkerDiedError');
    expect(await nameOf(session.call('advance', ADVANCE))).toBe('WorkerDiedError');
    expect(await nameOf(other.call('open', { source: 'a' }))).toBe('answered');
  });
});
