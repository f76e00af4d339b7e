/** A page with nothing but the engines, for the tests to drive. */
import * as engines from '../../../src/engines/index';

declare global {
  interface Window {
    engines: typeof engines;
    /** Things that a test keeps between its steps. */
    kept: {
      engine?: engines.Engine;
      abort?: AbortController;
      states?: engines.EngineState[];
      outcome?: Promise<unknown>;
    };
  }
}

window.engines = engines;
window.kept = {};
