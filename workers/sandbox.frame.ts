/**
 * The one script of the sandboxed frame. It compiles Pyodide's WebAssembly once, starts workers from it and ends them.
 * It listens to its parent alone and never to what a worker says to it: a worker speaks with the page on its own port.
 */
import type { ConnectMessage, FrameReply, FrameRequest, StartMessage, WorkerAssets } from './wire';

interface Prepared {
  readonly workerUrl: string;
  readonly module: WebAssembly.Module;
  readonly assets: WorkerAssets;
}

const workers = new Map<number, Worker>();
let prepared: Prepared | null = null;

function serve(control: MessagePort): void {
  const reply = (message: FrameReply): void => control.postMessage(message);

  async function prepare(request: Extract<FrameRequest, { kind: 'assets' }>): Promise<void> {
    try {
      const bytes = request.wasm as Uint8Array<ArrayBuffer>;
      const blob = new Blob([request.worker], { type: 'text/javascript' });
      prepared = {
        workerUrl: URL.createObjectURL(blob),
        module: await WebAssembly.compile(bytes),
        assets: request.assets,
      };
      reply({ kind: 'prepared' });
    } catch (error) {
      reply({ kind: 'failed', message: String(error) });
    }
  }

  function spawn(id: number, snapshot: boolean, port: MessagePort): void {
    if (!prepared) return reply({ kind: 'died', id, message: 'The sandbox is not prepared.' });
    const worker = new Worker(prepared.workerUrl);
    worker.onerror = (event) => {
      event.preventDefault();
      reply({ kind: 'died', id, message: String(event.message).slice(0, 500) });
    };
    workers.set(id, worker);
    const assets = snapshot ? prepared.assets : { ...prepared.assets, snapshot: null };
    const start: StartMessage = { module: prepared.module, assets, port };
    worker.postMessage(start, [port]);
  }

  control.onmessage = (event: MessageEvent<FrameRequest>) => {
    const request = event.data;
    if (request.kind === 'assets') {
      void prepare(request);
    } else if (request.kind === 'spawn') {
      const port = event.ports[0];
      if (port) spawn(request.id, request.snapshot, port);
    } else {
      workers.get(request.id)?.terminate();
      workers.delete(request.id);
    }
  };
  reply({ kind: 'connected' });
}

function connect(event: MessageEvent<ConnectMessage>): void {
  const port = event.ports[0];
  if (event.source !== parent || event.data?.kind !== 'connect' || !port) return;
  removeEventListener('message', connect);
  serve(port);
}

addEventListener('message', connect);
