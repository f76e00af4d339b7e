/** Starts the Python runtime as the page does, to the first answer. */
import { createRuntime } from '../../src/runtime/client';
import type { RuntimeState } from '../../src/runtime/runtime';

export interface WorkerStart {
  /** Whether the worker did start from the snapshot. */
  readonly snapshot: boolean;
  /** Milliseconds until a worker was warm: files fetched, frame made, Python running. */
  readonly ready: number;
  /** Of these, the worker's own start. */
  readonly worker: number;
  /** Milliseconds until a program was mended, loaded and its first position told. */
  readonly answered: number;
}

export async function startWorker(snapshot: boolean, source: string): Promise<WorkerStart> {
  const began = performance.now();
  const runtime = createRuntime({ base: new URL('runtime/', document.baseURI), snapshot });
  const state = await new Promise<Extract<RuntimeState, { kind: 'ready' }>>((resolve, reject) => {
    const look = (now: RuntimeState): void => {
      if (now.kind === 'ready') resolve(now);
      else if (now.kind === 'failed') reject(now.error);
    };
    runtime.subscribe(look);
    look(runtime.getState());
  });
  const ready = performance.now() - began;
  const session = runtime.session();
  await session.call('open', { source });
  await session.call('position', { actions: [], seat: null });
  const answered = performance.now() - began;
  runtime.dispose();
  return { snapshot: state.snapshot, ready, worker: state.startMilliseconds, answered };
}
