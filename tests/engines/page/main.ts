/** A page with nothing but the engines, for the tests to drive. */
import * as engines from '../../../src/engines/index';
import type { Outcome } from '../drive';

declare global {
  interface Window {
    engines: typeof engines;
    /** Runs something and tells how it ended; milliseconds count from `start`. */
    settle: <T>(work: () => Promise<T>, start: () => number) => Promise<Outcome<T>>;
    /** What a test keeps between its steps. */
    kept: { engine?: engines.Engine; states?: engines.EngineState[] };
  }
}

window.engines = engines;
window.kept = {};
window.settle = async (work, start) => {
  try {
    const value = await work();
    return { ok: true, value, milliseconds: performance.now() - start() };
  } catch (error) {
    const milliseconds = performance.now() - start();
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const known = error instanceof engines.EngineError ? error : null;
    const failure = { name, message, code: known?.code ?? null, nextStep: known?.nextStep ?? null };
    return { ok: false, failure, milliseconds };
  }
};
