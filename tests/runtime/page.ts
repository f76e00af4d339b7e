/** The page of these tests: the runtime's client and nothing else. */
import { createRuntime } from '../../src/runtime/client';

declare global {
  interface Window {
    createRuntime: typeof createRuntime;
  }
}

window.createRuntime = createRuntime;
