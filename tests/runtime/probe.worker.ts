/**
 * Takes the Python worker's place in the sandbox: what a program could do at worst, with the whole of JavaScript and
 * the port in its hands. It answers `open` with what its attempts to reach anything came to, or behaves as told.
 */
import type { StartMessage, WorkerRequest } from '../../workers/wire';
import { forge } from './probe.forge';

/** What one attempt came to. */
export type Attempt = 'absent' | `refused: ${string}` | `reached: ${string}`;

interface Targets {
  /** The listening server's port on this machine. */
  readonly port: number;
  /** The page's own address. */
  readonly page: string;
}

type Loose = Record<string, (new (...values: unknown[]) => unknown) | undefined>;
const loose = globalThis as unknown as Loose;

function attemptsAt({ port, page }: Targets): Record<string, () => unknown> {
  const http = `http://127.0.0.1:${port}/`;
  const fetched = async (address: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(address, init)).status;
  const blob = (text: string): string =>
    URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const data = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;
  const create = (name: string, ...values: unknown[]): unknown => {
    const constructor = loose[name];
    if (!constructor) throw new Absent();
    return new constructor(...values);
  };
  const importScriptsOf = (address: string): unknown => {
    const scope = globalThis as unknown as { importScripts?: (address: string) => void };
    if (!scope.importScripts) throw new Absent();
    return scope.importScripts(address);
  };
  return {
    fetch: () => fetched(`${http}fetch`),
    'fetch without CORS': () => fetched(`${http}opaque`, { mode: 'no-cors' }),
    'fetch with keepalive': () => fetched(`${http}keep`, { keepalive: true, method: 'POST' }),
    'fetch of the page': () => fetched(`${page}canary`),
    'fetch of data': () => fetched(data('1')),
    'fetch of a blob': () => fetched(blob('1')),
    'XMLHttpRequest, synchronous': () => request(`${http}xhr-sync`, false),
    'XMLHttpRequest, asynchronous': () => request(`${http}xhr-async`, true),
    WebSocket: () => opened(create('WebSocket', `ws://127.0.0.1:${port}/ws`)),
    WebSocketStream: () =>
      (create('WebSocketStream', `ws://127.0.0.1:${port}/wss`) as { opened: unknown }).opened,
    EventSource: () => opened(create('EventSource', `${http}events`)),
    WebTransport: () =>
      (create('WebTransport', `https://127.0.0.1:${port}/wt`) as { ready: unknown }).ready,
    RTCPeerConnection: () => create('RTCPeerConnection'),
    FontFace: () => (create('FontFace', 'f', `url(${http}font)`) as { load(): unknown }).load(),
    'dynamic import': () => import(/* @vite-ignore */ `${http}import`),
    'dynamic import of data': () => import(/* @vite-ignore */ data('export default 1')),
    'dynamic import of a blob': () => import(/* @vite-ignore */ blob('export default 1')),
    importScripts: () => importScriptsOf(`${http}scripts`),
    'importScripts of data': () => importScriptsOf(data('1')),
    'importScripts of a blob': () => importScriptsOf(blob('1')),
    eval: () => (0, eval)('1 + 1') as unknown,
    Function: () => create('Function', 'return 1'),
    'setTimeout with text': () => timerWithText('setTimeout'),
    'setInterval with text': () => timerWithText('setInterval'),
    'nested worker by http': () => nested(`${http}worker`),
    'nested module worker by http': () => nested(`${http}module`, { type: 'module' }),
    'nested worker by data': () => nested(data('postMessage("runs")')),
    'fetch in a nested worker': () => nested(blob(report(`fetch("${http}nested")`))),
    'import in a nested worker': () => nested(blob(report(`import("${http}nested-import")`))),
    'importScripts in a nested worker': () =>
      nested(blob(report(`Promise.resolve().then(() => importScripts("${http}nested-scripts"))`))),
    'WebSocket in a nested worker': () =>
      nested(
        blob(
          report(`new Promise((yes, no) => { const s = new WebSocket("ws://127.0.0.1:${port}/nws");
            s.onopen = yes; s.onerror = () => no("error"); })`),
        ),
      ),
    'shared worker': () => sharedWorker(blob('onconnect = (e) => e.ports[0].postMessage("runs")')),
    sendBeacon: () => beacon(`${http}beacon`),
    fetchLater: () => {
      const later = (loose as { fetchLater?: (address: string) => unknown }).fetchLater;
      if (!later) throw new Absent();
      return later(`${http}later`);
    },
    'WebAssembly by address': () => WebAssembly.compileStreaming(fetch(`${http}wasm`)),
    indexedDB: () => database(),
    caches: () => present('caches', () => caches.open('probe')),
    localStorage: () => present('localStorage', () => localStorage.getItem('secret')),
    sessionStorage: () => present('sessionStorage', () => sessionStorage.getItem('secret')),
    cookies: () =>
      present('cookieStore', () =>
        (loose as unknown as { cookieStore: { getAll(): unknown } }).cookieStore.getAll(),
      ),
    'origin private file system': () => navigator.storage.getDirectory(),
    'service worker': () => {
      const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
      if (!serviceWorker) throw new Absent();
      return serviceWorker.register(`${page}page.js`);
    },
    parent: () => present('parent', () => parent),
    window: () => present('window', () => window),
    document: () => present('document', () => document),
    open: () => present('open', () => open(`${http}window`)),
    'own address': () => {
      (globalThis as unknown as { location: string }).location = `${http}location`;
      throw new Error('an address of a worker cannot be set');
    },
  };
}

class Absent extends Error {}

const present = (name: string, use: () => unknown): unknown => {
  if (!(name in globalThis)) throw new Absent();
  return use();
};

const report = (expression: string): string =>
  `${expression}.then(() => postMessage("reached"), (error) => postMessage("refused " + error))`;

function opened(socket: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const target = socket as EventTarget;
    target.addEventListener('open', () => resolve('open'));
    target.addEventListener('error', () => reject(new Error('connection error')));
  });
}

function request(address: string, asynchronous: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', address, asynchronous);
    xhr.onload = () => resolve(xhr.status);
    xhr.onerror = () => reject(new Error('request error'));
    xhr.send();
  });
}

function timerWithText(name: 'setTimeout' | 'setInterval'): Promise<unknown> {
  const scope = globalThis as unknown as Record<string, unknown> & {
    setTimeout: (code: string, milliseconds: number) => void;
    setInterval: (code: string, milliseconds: number) => void;
  };
  scope[name](`globalThis.${name}Ran = true`, 0);
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      if (scope[`${name}Ran`]) resolve('ran');
      else reject(new Error('the text did not run'));
    }, 300);
  });
}

function nested(address: string, options?: WorkerOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(address, options);
    worker.onerror = () => reject(new Error('worker error'));
    worker.onmessage = (event: MessageEvent<string>) => {
      if (event.data.startsWith('refused')) reject(new Error(event.data));
      else resolve(event.data);
    };
  });
}

function sharedWorker(address: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (typeof SharedWorker === 'undefined') return reject(new Absent());
    const worker = new SharedWorker(address);
    worker.onerror = () => reject(new Error('worker error'));
    worker.port.onmessage = () => resolve('runs');
  });
}

function beacon(address: string): unknown {
  const { sendBeacon } = navigator as { sendBeacon?: (address: string) => boolean };
  if (!sendBeacon) throw new Absent();
  return sendBeacon.call(navigator, address);
}

function database(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('probe');
    opening.onsuccess = () => resolve('open');
    opening.onerror = () => reject(new Error(String(opening.error)));
  });
}

async function outcomeOf(act: () => unknown): Promise<Attempt> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('nothing happened')), 1500);
  });
  try {
    const value = await Promise.race([Promise.resolve().then(act), late]);
    return `reached: ${String(value)}`;
  } catch (error) {
    return error instanceof Absent ? 'absent' : `refused: ${String(error).slice(0, 120)}`;
  }
}

async function attemptAll(targets: Targets): Promise<Record<string, Attempt>> {
  const attempts = Object.entries(attemptsAt(targets));
  const outcomes = await Promise.all(
    attempts.map(async ([name, act]) => [name, await outcomeOf(act)] as const),
  );
  return Object.fromEntries(outcomes);
}

self.onmessage = (event: MessageEvent<StartMessage>) => {
  const { port } = event.data;
  const channel = new BroadcastChannel('page');
  port.onmessage = async ({ data }: MessageEvent<WorkerRequest>) => {
    if (data.kind === 'cancel') return;
    const { source } = JSON.parse(data.params) as { source: string };
    if (source.startsWith('forge:')) return forge(source.slice(6), data.id, port);
    channel.postMessage('from the sandbox');
    // The frame is to take no heed of either.
    self.postMessage({ kind: 'spawn', id: 99, snapshot: false });
    self.postMessage('from the sandbox');
    const found = await attemptAll(JSON.parse(source) as Targets);
    const error = { name: 'ProgramError', message: 'found', traceback: JSON.stringify(found) };
    port.postMessage(JSON.stringify({ id: data.id, step: { state: 'failed', error } }));
  };
  port.postMessage(JSON.stringify({ ready: { milliseconds: 1, snapshot: true } }));
};
