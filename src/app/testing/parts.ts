/** In-memory runtime, engine and services for unit tests. The real parts are tested in a real browser. */
import type { Engine, EngineState, GenerateRequest } from '../../engines/engine';
import { createMemoryStorage } from '../../library/storage';
import type { Finding, HostMethod, HostMethods, Report } from '../../runtime/protocol';
import { RuntimeError, type ProgramSession, type Runtime } from '../../runtime/runtime';
import type { Model, Services, Verdict } from '../service-types';
import { highCard, positionOf, takeAway, type TinyGame } from './games';

/** A source the tests use: "take-away 5", "high card"; " flawed" at the end fails a check. */
function gameOf(source: string): TinyGame {
  if (/does not know/.test(source)) {
    throw programError('the model does not know this game', 1);
  }
  const size = /^take-away (\d+)/.exec(source)?.[1];
  if (size !== undefined) return takeAway(Number(size));
  if (source.startsWith('high card')) return highCard();
  throw programError('line 1 is not Python: invalid syntax', 1);
}

function programError(message: string, line: number): RuntimeError {
  return new RuntimeError('ProgramError', message, 'Change the program.', null, line);
}

export const failedFinding: Finding = {
  tier: 'dynamics',
  check: 'purity',
  passed: false,
  weight: 1,
  message: 'apply_action changed the state that it was given.',
  line: 1,
  counterexample: ['take 1', 'take 2'],
  twin: null,
};

const passedFinding: Finding = {
  ...failedFinding,
  tier: 'static',
  check: 'syntax',
  passed: true,
  message: 'The text is Python.',
  line: null,
  counterexample: null,
};

function reportOn(source: string): Report {
  const flawed = source.includes('flawed');
  return {
    score: flawed ? 0.6 : 1,
    playable: true,
    findings: flawed ? [passedFinding, failedFinding] : [passedFinding],
    seed: 0,
    games: 50,
    steps: 1000,
    milliseconds: 5,
    lengths: { mean: 4, longest: 6, branching: 2 },
    measures: null,
    paper: null,
  };
}

type Answers = {
  [M in HostMethod]: (params: HostMethods[M]['params']) => HostMethods[M]['result'];
};

function answers(): Answers {
  let source = '';
  const game = (): TinyGame => gameOf(source);
  return {
    open: (params) => {
      const opened = gameOf(params.source);
      source = params.source;
      return { ...opened.program, source, plain: `plain ${source}`, mends: [] };
    },
    tune: (params) => ({
      source: params.source.replace(/\d+/, JSON.stringify(params.constants['SIZE'])),
    }),
    check: () => reportOn(source),
    position: ({ actions, seat }) => positionOf(game(), actions, seat),
    advance: ({ actions, seed }) => {
      const list = [...actions];
      while (game().player(list) === -1) {
        const legal = game().legal(list);
        list.push(legal[(seed + list.length) % legal.length] ?? '');
      }
      return { actions: list };
    },
    search: ({ actions, simulations }) => {
      const legal = game().legal(actions);
      return {
        simulations,
        worlds: null,
        best: legal[0] ?? null,
        children: legal.map((action, index) => ({
          action,
          visits: 10 - index,
          value: 0.5,
          exact: false,
        })),
        principalVariation: legal.slice(0, 1),
        milliseconds: 1,
      };
    },
    merge: ({ results }) => {
      const [first] = results;
      if (first === undefined) throw programError('there is nothing to merge', 1);
      const simulations = results.reduce((sum, one) => sum + one.simulations, 0);
      return { ...first, simulations };
    },
    compare: () => ({ equal: true, games: 1, difference: null }),
    infer: () => {
      throw programError('nothing is hidden here', 1);
    },
    mutants: () => ({ mutants: [] }),
  };
}

export interface FakeRuntime extends Runtime {
  readonly open: () => number;
  /** Holds back the answers to a method until the returned function is called. */
  readonly hold: (method: HostMethod) => () => void;
}

export function createFakeRuntime(): FakeRuntime {
  const live = new Set<ProgramSession>();
  const held = new Map<HostMethod, Promise<void>>();
  return {
    getState: () => ({ kind: 'ready', startMilliseconds: 1, snapshot: true }),
    subscribe: () => () => undefined,
    session() {
      const answer = answers();
      const session: ProgramSession = {
        async call(method, params, options = {}) {
          await (held.get(method) ?? Promise.resolve());
          options.signal?.throwIfAborted();
          return answer[method](params);
        },
        close: () => void live.delete(session),
      };
      live.add(session);
      return session;
    },
    dispose: () => undefined,
    open: () => live.size,
    hold(method) {
      let release = (): void => undefined;
      held.set(method, new Promise<void>((resolve) => (release = resolve)));
      return () => {
        held.delete(method);
        release();
      };
    },
  };
}

export interface FakeEngine extends Engine {
  readonly requests: GenerateRequest[];
}

/** Answers with one text after another; the last one again and again. */
export function createFakeEngine(texts: readonly string[]): FakeEngine {
  const requests: GenerateRequest[] = [];
  let state: EngineState = { kind: 'idle' };
  return {
    requests,
    getInfo: () => ({
      engine: 'wllama',
      modelId: 'test',
      contextTokens: 2048,
      backend: 'memory',
    }),
    getState: () => state,
    async load(onProgress, signal) {
      await Promise.resolve();
      signal.throwIfAborted();
      onProgress({
        kind: 'fetching',
        progress: { loadedBytes: 1, totalBytes: 2, secondsLeft: 1 },
      });
      state = { kind: 'ready' };
      onProgress(state);
    },
    async generate(request, onToken, signal) {
      const text = texts[Math.min(requests.length, texts.length - 1)] ?? '';
      requests.push(request);
      const words = text.match(/\S+\s*/g) ?? [];
      for (const [index, word] of words.entries()) {
        await Promise.resolve();
        signal.throwIfAborted();
        onToken(word, index + 1);
      }
      const tokens = words.length;
      return { text, promptTokens: 10, tokens, milliseconds: 1, finish: 'stop' };
    },
    unload: () => Promise.resolve(),
  };
}

export function fakeModel(id: string): Model {
  return {
    id,
    variant: id,
    engine: 'wllama',
    title: id === 'starter' ? 'Starter' : id,
    summary: 'A model for tests.',
    bytes: 90_000_000,
    rulesCharacters: 6000,
    maxTokens: 400,
    stop: ['<end>'],
    familiesOnly: id === 'starter',
    prompt: (rules) => `rules: ${rules}`,
  };
}

interface Wishes {
  readonly texts?: readonly string[];
  readonly engine?: Engine;
  readonly runtime?: FakeRuntime;
  readonly verdict?: Verdict;
  readonly openStorage?: Services['openStorage'];
}

export function createFakeServices(wishes: Wishes = {}) {
  const engine = createFakeEngine(wishes.texts ?? ['take-away 5']);
  const runtime = wishes.runtime ?? createFakeRuntime();
  const starter = fakeModel('starter');
  const storage = createMemoryStorage();
  let added: Model[] = [];
  let clock = 1_000_000;
  let ids = 0;
  const services: Services = {
    runtime,
    models: {
      starter,
      offer: (preference) =>
        Promise.resolve(
          [starter, ...added].map((model) => ({
            model:
              preference === 'webllm'
                ? { ...model, variant: `${model.id}-webgpu`, engine: 'webllm' }
                : model,
            verdict: wishes.verdict ?? { kind: 'runs', note: null },
            cached: false,
            engines: ['webllm', 'wllama'],
            why: 'It runs on the processor.',
          })),
        ),
      add: (address) => {
        if (!address.startsWith('https://')) return Promise.reject(new Error('it is no address'));
        const model = fakeModel(address);
        added = [...added, model];
        return Promise.resolve(model);
      },
      remove: () => Promise.resolve(),
      createEngine: () => wishes.engine ?? engine,
    },
    openStorage: wishes.openStorage ?? (() => Promise.resolve(storage)),
    now: () => (clock += 10),
    newId: () => `id${(ids += 1)}`,
    games: {
      index: () => Promise.resolve([]),
      game: (name) => Promise.reject(new Error(`${name} is not there`)),
    },
    searchWorkers: () => 1,
    newSeed: () => 7,
  };
  return { services, engine, runtime, storage };
}
