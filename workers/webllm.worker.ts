/** Runs WebLLM off the main thread; the page ends the worker to stop a load. Knows nothing of games. */
import * as Comlink from 'comlink';
import { toFailure } from '../src/engines/errors';
import type { Outcome, WebllmApi } from '../src/engines/webllm-protocol';
import { WebllmRuntime } from '../src/engines/webllm-runtime';

let runtime: WebllmRuntime | null = null;

async function settle<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (cause) {
    return { ok: false, failure: toFailure(cause) };
  }
}

const api: WebllmApi = {
  load: (plan, onState, onLost) =>
    settle(async () => {
      runtime = await WebllmRuntime.load(plan, { onState, onLost });
      return { backend: runtime.backend };
    }),
  generate: (request, onToken) =>
    settle(async () => {
      if (runtime === null) throw new Error('ModelNotLoaded');
      return await runtime.generate(request, onToken);
    }),
  interrupt: () => runtime?.interrupt(),
};

Comlink.expose(api);
