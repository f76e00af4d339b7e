/**
 * The worker thread in which a program runs: the page's own Python worker, in a context that has nothing of Node in it.
 * No requests, no files, no modules, no code made from text; what it needs of a browser's worker is named here.
 */
import vm from 'node:vm';
import { workerData } from 'node:worker_threads';

/** @type {{ script: string, start: import('../workers/wire').StartMessage }} */
const { script, start } = workerData;

const given = {
  performance: { now: performance.now.bind(performance), timeOrigin: performance.timeOrigin },
  crypto: { getRandomValues: crypto.getRandomValues.bind(crypto) },
  setTimeout,
  clearTimeout,
  MessageChannel,
  TextEncoder,
  TextDecoder,
  URL,
  Response,
};
const context = vm.createContext(given, { codeGeneration: { strings: false, wasm: true } });
const inside = (code, filename) => vm.runInContext(code, context, { filename });

inside(
  `globalThis.self = globalThis;
   globalThis.location = new URL('https://pyodide.invalid/worker.js');
   globalThis.navigator = { userAgent: '' };
   globalThis.console = { log() {}, info() {}, debug() {}, warn() {}, error() {} };
   globalThis.WorkerGlobalScope = class { static [Symbol.hasInstance]() { return true; } };`,
  'globals.js',
);

// Pyodide asks what things are instances of, so they have to be of the context's kinds.
const copy = inside(
  '(bytes) => { const own = new Uint8Array(bytes.length); own.set(bytes); return own; }',
  'copy.js',
);
const { stdlib, archive, snapshot } = start.assets;
const assets = { stdlib: copy(stdlib), archive, snapshot: snapshot && copy(snapshot) };
Object.setPrototypeOf(start.module, inside('WebAssembly.Module.prototype', 'module.js'));

// Should a program reach this thread's own globals through one of the given functions, it finds no way out there.
for (const name of ['process', 'global', 'fetch', 'WebSocket', 'EventSource', 'BroadcastChannel']) {
  delete globalThis[name];
}

inside(script, 'worker.js');
context.onmessage({ data: { ...start, assets } });
