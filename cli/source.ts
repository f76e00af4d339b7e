/** Workers in threads of Node, where the page has the sandboxed frame: each with limits, a port and an end. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { WorkerSource } from '../src/runtime/pool';
import type { StartMessage } from '../workers/wire';

/** MiB of JavaScript's own memory; Python's is capped in its WebAssembly module. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

type Spawned = ReturnType<WorkerSource['spawn']>;

interface Assets {
  readonly script: string;
  readonly module: WebAssembly.Module;
  readonly stdlib: Uint8Array;
  readonly archive: string;
  readonly snapshot: Uint8Array | null;
}

/**
 * @param root the project's folder
 * @param runtime the folder that scripts/build-assets.mjs has written
 * @throws Error when a file of it is missing
 */
export async function threadSource(root: string, runtime: string): Promise<WorkerSource> {
  const assets = await readAssets(runtime);
  forbidCodeFromText();
  const workers = new Map<Worker, Spawned>();
  return {
    hasSnapshot: assets.snapshot !== null,
    spawn(snapshot) {
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(path.join(root, 'cli', 'worker.mjs'), {
        workerData: startData(assets, snapshot, port2),
        transferList: [port2],
        resourceLimits: HEAP,
        env: {},
        execArgv: [],
        stdin: true,
        stdout: true,
        stderr: true,
      });
      const spawned: Spawned = {
        port: port1 as unknown as MessagePort,
        onDied: null,
        terminate: () => {
          spawned.onDied = null;
          port1.close();
          void worker.terminate();
        },
      };
      workers.set(worker, spawned);
      worker.on('error', (error) => spawned.onDied?.(String(error)));
      worker.on('exit', (code) => {
        workers.delete(worker);
        spawned.onDied?.(`it exited with status ${code}`);
      });
      return spawned;
    },
    dispose: () => {
      for (const spawned of workers.values()) spawned.terminate();
    },
  };
}

/** For threads that start from here on: no code is made from text, whatever function a program gets hold of. */
export function forbidCodeFromText(): void {
  setFlagsFromString('--disallow-code-generation-from-strings');
}

function startData(assets: Assets, snapshot: boolean, port: unknown) {
  const { script, module, stdlib, archive } = assets;
  const start: StartMessage = {
    module,
    assets: { stdlib, archive, snapshot: snapshot ? assets.snapshot : null },
    port: port as MessagePort,
  };
  return { script, start };
}

async function readAssets(runtime: string): Promise<Assets> {
  const manifest = JSON.parse(await readFile(path.join(runtime, 'manifest.json'), 'utf8')) as {
    files: Record<string, { path: string } | undefined>;
  };
  const bytes = async (name: string): Promise<Uint8Array<ArrayBuffer> | null> => {
    const file = manifest.files[name];
    return file ? new Uint8Array(await readFile(path.join(runtime, file.path))) : null;
  };
  const needed = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const found = await bytes(name);
    if (!found) throw new Error(`The runtime in ${runtime} has no ${name}; build it anew.`);
    return found;
  };
  const text = async (name: string): Promise<string> =>
    new TextDecoder().decode(await needed(name));
  const [script, archive, stdlib, snapshot, wasm] = await Promise.all([
    text('worker'),
    text('archive'),
    needed('stdlib'),
    bytes('snapshot'),
    needed('wasm'),
  ]);
  return { script, archive, stdlib, snapshot, module: await WebAssembly.compile(wasm) };
}
