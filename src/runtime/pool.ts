/**
 * Workers with Python started, one of them always warm: whoever takes it gets it at once, and the next one starts in
 * the background. A worker runs one program and is never given back.
 */
import type { Line } from './conversation';
import { startError } from './errors';
import { RuntimeError, type RuntimeState } from './runtime';
import { bootSchema } from './wire';

const SNAPSHOT_START_MILLISECONDS = 30_000;
const PLAIN_START_MILLISECONDS = 120_000;

/** Where workers come from: the sandbox, or a stand-in in tests. */
export interface WorkerSource {
  readonly hasSnapshot: boolean;
  spawn(snapshot: boolean): Line & { onDied: ((message: string) => void) | null };
  dispose(): void;
}

/** A worker in which Python runs and no program yet. */
export interface WarmWorker extends Line {
  readonly startMilliseconds: number;
  readonly snapshot: boolean;
  /** Set by whoever takes the worker. */
  onDied: ((message: string) => void) | null;
}

export class Pool {
  readonly #createSource: (onStage: (stage: string) => void) => Promise<WorkerSource>;
  readonly #onState: (state: RuntimeState) => void;
  #source: Promise<WorkerSource> | null = null;
  #spare: Promise<WarmWorker> | null = null;
  /** Set when a start from the snapshot has failed once; the plain start is used from then on. */
  #snapshotFailed = false;
  #disposed = false;
  #wasReady = false;

  constructor(
    createSource: (onStage: (stage: string) => void) => Promise<WorkerSource>,
    onState: (state: RuntimeState) => void,
  ) {
    this.#createSource = createSource;
    this.#onState = onState;
    this.#refill();
  }

  /**
   * The spare, and the next one is started. After a failed start each call tries anew.
   * @throws RuntimeError StartError
   */
  async take(): Promise<WarmWorker> {
    if (this.#disposed) throw startError('the runtime was disposed of.');
    this.#refill();
    const spare = this.#spare as Promise<WarmWorker>;
    this.#spare = null;
    const worker = await spare;
    // Not before this one is ready: two starts at once would only delay it.
    this.#refill();
    return worker;
  }

  dispose(): void {
    this.#disposed = true;
    this.#source?.then(
      (source) => source.dispose(),
      () => undefined,
    );
  }

  #refill(): void {
    if (this.#spare || this.#disposed) return;
    const spare = this.#start();
    this.#spare = spare;
    spare.then(
      (worker) => this.#keep(spare, worker),
      (error: unknown) => this.#fail(spare, error),
    );
  }

  #keep(spare: Promise<WarmWorker>, worker: WarmWorker): void {
    this.#wasReady = true;
    const { startMilliseconds, snapshot } = worker;
    this.#onState({ kind: 'ready', startMilliseconds, snapshot });
    // A spare that dies before anyone took it is replaced.
    worker.onDied ??= () => {
      if (this.#spare !== spare) return;
      this.#spare = null;
      this.#refill();
    };
  }

  #fail(spare: Promise<WarmWorker>, error: unknown): void {
    if (this.#spare === spare) this.#spare = null;
    const named = error instanceof RuntimeError ? error : startError(String(error));
    if (!this.#disposed) this.#onState({ kind: 'failed', error: named });
  }

  async #start(): Promise<WarmWorker> {
    const onStage = (stage: string): void => {
      if (!this.#wasReady) this.#onState({ kind: 'starting', stage });
    };
    this.#source ??= this.#createSource(onStage);
    let source: WorkerSource;
    try {
      source = await this.#source;
    } catch (error) {
      this.#source = null;
      throw error;
    }
    if (this.#disposed) {
      source.dispose();
      throw startError('the runtime was disposed of.');
    }
    onStage('Starting Python');
    if (source.hasSnapshot && !this.#snapshotFailed) {
      try {
        return await startWorker(source, true);
      } catch (error) {
        this.#snapshotFailed = true;
        console.warn('Python did not start from its snapshot; starting it plainly.', error);
      }
    }
    return startWorker(source, false);
  }
}

async function startWorker(source: WorkerSource, snapshot: boolean): Promise<WarmWorker> {
  const worker = source.spawn(snapshot);
  const limit = snapshot ? SNAPSHOT_START_MILLISECONDS : PLAIN_START_MILLISECONDS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const boot = await new Promise<unknown>((resolve, reject) => {
      timer = setTimeout(() => reject(startError('it took too long.')), limit);
      worker.onDied = (message) => reject(startError(message));
      worker.port.onmessage = (event: MessageEvent<unknown>) => resolve(event.data);
    });
    const parsed = bootSchema.parse(JSON.parse(String(boot)));
    if ('startFailed' in parsed) throw startError(parsed.startFailed.message.slice(0, 500));
    worker.onDied = null;
    worker.port.onmessage = null;
    const { milliseconds } = parsed.ready;
    return Object.assign(worker, { startMilliseconds: milliseconds, snapshot });
  } catch (error) {
    worker.terminate();
    throw error instanceof RuntimeError ? error : startError(String(error));
  } finally {
    clearTimeout(timer);
  }
}
