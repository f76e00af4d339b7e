/**
 * The sandboxed frame as the page holds it: an opaque origin, a policy that allows no connection, and a control port
 * over which workers are started and ended. What the workers say never passes through here.
 */
import type { FrameReply, FrameRequest } from '../../workers/wire';
import { fetchAssets, type RuntimeAssets } from './assets';
import type { Line } from './conversation';
import { startError } from './errors';

const CONNECT_MILLISECONDS = 15_000;
const PREPARE_MILLISECONDS = 60_000;

/** A worker that was asked for; `onDied` fires when it fails by itself, never after `terminate`. */
export interface SpawnedWorker extends Line {
  onDied: ((message: string) => void) | null;
}

export interface SandboxOptions {
  /** The folder of the runtime's files, ending in a slash. */
  readonly base: URL;
  readonly useSnapshot: boolean;
  readonly onStage: (stage: string) => void;
}

export class Sandbox {
  readonly #frame: HTMLIFrameElement;
  readonly #control: MessagePort;
  readonly #workers = new Map<number, SpawnedWorker>();
  #lastId = 0;

  /** Whether workers can be started from a snapshot. */
  readonly hasSnapshot: boolean;

  private constructor(frame: HTMLIFrameElement, control: MessagePort, hasSnapshot: boolean) {
    this.#frame = frame;
    this.#control = control;
    this.hasSnapshot = hasSnapshot;
    control.onmessage = (event: MessageEvent<FrameReply>) => this.#hear(event.data);
  }

  /**
   * Fetches the files, makes the frame and hands it the bytes.
   * @throws RuntimeError StartError
   */
  static async create(options: SandboxOptions): Promise<Sandbox> {
    const { base, useSnapshot, onStage } = options;
    if (typeof WebAssembly !== 'object') throw startError('this browser has no WebAssembly.');
    onStage('Fetching Python');
    const assets = await fetchAssets(base, useSnapshot);
    onStage('Preparing the sandbox');
    const { frame, control } = await connectAnywhere(new URL('sandbox.html', base));
    try {
      await prepare(control, assets);
      return new Sandbox(frame, control, assets.snapshot !== null);
    } catch (error) {
      frame.remove();
      throw error;
    }
  }

  /** Starts a worker at once; its first message on the port tells whether Python runs. */
  spawn(snapshot: boolean): SpawnedWorker {
    const id = ++this.#lastId;
    const channel = new MessageChannel();
    const worker: SpawnedWorker = {
      port: channel.port1,
      onDied: null,
      terminate: () => {
        if (this.#workers.delete(id)) this.#ask({ kind: 'terminate', id });
      },
    };
    this.#workers.set(id, worker);
    this.#ask({ kind: 'spawn', id, snapshot }, [channel.port2]);
    return worker;
  }

  /** Ends every worker, even one that is busy. */
  dispose(): void {
    this.#workers.clear();
    this.#control.close();
    this.#frame.remove();
  }

  #ask(request: FrameRequest, transfer: Transferable[] = []): void {
    this.#control.postMessage(request, transfer);
  }

  #hear(reply: FrameReply): void {
    if (reply.kind === 'died') this.#workers.get(reply.id)?.onDied?.(reply.message);
  }
}

interface Connected {
  readonly frame: HTMLIFrameElement;
  readonly control: MessagePort;
}

/**
 * Loads the sandbox page from its address; without a network from the text that the service worker keeps, since no
 * service worker answers a frame of an opaque origin. Either way the origin is opaque and the page's own policy holds.
 */
async function connectAnywhere(address: URL): Promise<Connected> {
  const attempt = async (place: (frame: HTMLIFrameElement) => void): Promise<Connected> => {
    const frame = document.createElement('iframe');
    try {
      return { frame, control: await connect(frame, place) };
    } catch (error) {
      frame.remove();
      throw error;
    }
  };
  const byAddress = () => attempt((frame) => (frame.src = address.href));
  const byText = async () => {
    const page = await fetch(address).then((response) => response.text());
    return attempt((frame) => (frame.srcdoc = page));
  };
  if (!navigator.onLine) return byText().catch(byAddress);
  return byAddress().catch(byText);
}

/** Puts the frame into the document and gives it one end of the control channel. */
async function connect(
  frame: HTMLIFrameElement,
  place: (frame: HTMLIFrameElement) => void,
): Promise<MessagePort> {
  frame.setAttribute('sandbox', 'allow-scripts');
  place(frame);
  frame.title = 'Sandbox for game programs';
  frame.hidden = true;
  const loaded = new Promise<void>((resolve) => {
    frame.addEventListener('load', () => resolve(), { once: true });
  });
  document.body.append(frame);
  await within(loaded, CONNECT_MILLISECONDS, 'the sandbox page did not load.');
  const channel = new MessageChannel();
  const answer = nextReply(channel.port1, CONNECT_MILLISECONDS, 'the sandbox did not answer.');
  // An opaque origin has no name to post to; the frame holds nothing but our own page.
  frame.contentWindow?.postMessage({ kind: 'connect' }, '*', [channel.port2]);
  await answer;
  return channel.port1;
}

async function prepare(control: MessagePort, assets: RuntimeAssets): Promise<void> {
  const { worker, wasm, stdlib, archive, snapshot } = assets;
  const request: FrameRequest = {
    kind: 'assets',
    worker,
    wasm,
    assets: { stdlib, archive, snapshot },
  };
  const bytes = [wasm, stdlib, ...(snapshot ? [snapshot] : [])];
  const answer = nextReply(control, PREPARE_MILLISECONDS, 'the sandbox took too long.');
  control.postMessage(
    request,
    bytes.map((data) => data.buffer as ArrayBuffer),
  );
  const reply = await answer;
  if (reply.kind === 'failed') throw startError(`it could not be compiled (${reply.message}).`);
}

function nextReply(port: MessagePort, milliseconds: number, why: string): Promise<FrameReply> {
  const reply = new Promise<FrameReply>((resolve) => {
    port.onmessage = (event: MessageEvent<FrameReply>) => resolve(event.data);
  });
  return within(reply, milliseconds, why);
}

async function within<T>(promise: Promise<T>, milliseconds: number, why: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(startError(why)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
