/** A page with the runtime, the engines, bare WebLLM and bare wllama, and nothing else: the benches drive it. */
import { keepWays, openWay } from './engine-ways';
import { startWorker } from './start-worker';
import { openWriters } from './write';

const bench = { startWorker, openWriters, keepWays, openWay };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
