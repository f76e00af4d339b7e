/** A page with the runtime, the engines and bare wllama, and nothing else: the benches drive it. */
import { startWorker } from './start-worker';
import { openWriters } from './write';

const bench = { startWorker, openWriters };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
