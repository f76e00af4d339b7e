/** Starts Pyodide from bytes in memory: no request leaves the worker, and none could. */
import { loadPyodide } from 'pyodide';
import type { PyDict } from 'pyodide/ffi';
import createPyodideModule from 'pyodide/pyodide.asm.mjs';
import type { StartMessage } from './wire';

/** Written in by the build: scripts/assets/settings.mjs. */
declare const PYODIDE_SETTINGS: {
  readonly indexURL: string;
  readonly environment: Record<string, string>;
  readonly lockFile: object;
};
/** False in one build for tests, which shows that the sandbox's policy holds with the whole of `js` in Python's hands. */
declare const FRICTION: boolean;

type Pyodide = Awaited<ReturnType<typeof loadPyodide>>;

/** What is used of Emscripten's file system, whose own types are not installed. */
interface Files {
  mkdirTree(path: string): void;
  writeFile(path: string, text: string): void;
}

/** The functions of `gamecwm.host`, as JavaScript calls them. */
export interface Host {
  readonly begin: (method: string, params: string) => number;
  readonly step: (job: number, milliseconds: number) => string;
  readonly cancel: (job: number) => void;
}

/**
 * Makes JavaScript harder to reach from Python. Friction for a program that stumbles, not a wall: the wall is the
 * frame's policy and origin.
 */
const TAKE_JAVASCRIPT_AWAY = `
import sys
for _name in [n for n in sys.modules if n in ("js", "pyodide_js") or n.startswith(("js.", "pyodide_js."))]:
    del sys.modules[_name]
for _finder in [f for f in sys.meta_path if type(f).__name__ == "JsFinder"]:
    sys.meta_path.remove(_finder)
    _finder.jsproxies.clear()
`;

/** Globals of a worker with which a program has no business; all are without effect under the policy anyway. */
const UNNEEDED = [
  'fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport',
  'Worker', 'SharedWorker', 'BroadcastChannel', 'indexedDB', 'caches', 'FontFace', 'Request',
  'RTCPeerConnection', 'postMessage', 'close', 'onmessage', 'importScripts',
]; // prettier-ignore

/**
 * Starts Python with `gamecwm.host` imported.
 * @throws whatever Pyodide throws when it cannot start; the worker is of no use then
 */
export async function startPython(start: StartMessage): Promise<Host> {
  const { assets } = start;
  const restore = answerFromMemory(start);
  const options = {
    indexURL: PYODIDE_SETTINGS.indexURL,
    lockFileContents: PYODIDE_SETTINGS.lockFile,
    env: { ...PYODIDE_SETTINGS.environment },
    jsglobals: FRICTION ? {} : globalThis,
    createPyodideModule,
    stdout: () => undefined,
    stderr: () => undefined,
    fsInit: (files: Files, info: { sitePackages: string }) => {
      writePackage(files, info.sitePackages, assets.archive);
    },
    ...(assets.snapshot ? { _loadSnapshot: assets.snapshot } : {}),
  };
  let pyodide: Pyodide;
  try {
    // Some of these options are Pyodide's own and not in its types.
    pyodide = await loadPyodide(options as unknown as Parameters<typeof loadPyodide>[0]);
  } finally {
    restore();
  }
  // The snapshot holds the generator's state of build time.
  pyodide.runPython('import random\nrandom.seed()\ndel random');
  if (FRICTION) {
    pyodide.runPython(TAKE_JAVASCRIPT_AWAY, { globals: pyodide.toPy({}) as PyDict });
  }
  const host = pyodide.pyimport('gamecwm.host') as unknown as Host;
  const functions: Host = { begin: host.begin, step: host.step, cancel: host.cancel };
  if (FRICTION) removeUnneeded();
  return functions;
}

function writePackage(files: Files, sitePackages: string, archive: string): void {
  for (const [file, text] of Object.entries(JSON.parse(archive) as Record<string, string>)) {
    const target = `${sitePackages}/${file}`;
    files.mkdirTree(target.slice(0, target.lastIndexOf('/')));
    files.writeFile(target, text);
  }
}

/** Answers Pyodide's two requests, for the standard library and the WebAssembly module; returns what undoes it. */
function answerFromMemory(start: StartMessage): () => void {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = (address) => {
    const library = (address as URL).href.endsWith('.zip');
    return Promise.resolve(new Response(library ? (start.assets.stdlib as BlobPart) : null));
  };
  WebAssembly.instantiateStreaming = async (_response, imports) => {
    const instance = await WebAssembly.instantiate(start.module, imports);
    if (start.assets.snapshot) growFor(instance, start.assets.snapshot.length);
    return { instance, module: start.module };
  };
  return () => {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}

/** A snapshot of a memory that had grown needs as much room before it is copied in. */
function growFor(instance: WebAssembly.Instance, bytes: number): void {
  const memory = instance.exports['memory'] as WebAssembly.Memory;
  // The snapshot's header is a few hundred bytes, so whole pages below its size are the memory's size.
  const missing = Math.floor(bytes / 65536) - memory.buffer.byteLength / 65536;
  if (missing > 0) memory.grow(missing);
}

function removeUnneeded(): void {
  for (const name of UNNEEDED) {
    let holder: object | null = globalThis;
    while (holder) {
      if (Object.hasOwn(holder, name)) Reflect.deleteProperty(holder, name);
      holder = Object.getPrototypeOf(holder) as object | null;
    }
  }
}
