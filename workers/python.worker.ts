/**
 * The worker in which a generated program runs. It starts Python, then drives the host's jobs in short steps, so that
 * messages (above all a cancel) come through between them. Everything it says is a JSON string on one port; the page
 * trusts none of it.
 */
import './python.prelude';
import { startPython, type Host } from './python.start';
import type { StartMessage, WorkerRequest } from './wire';

/** Length of one step of a job. */
const STEP_MILLISECONDS = 40;
/** Least time between two progress messages of a job. */
const PROGRESS_MILLISECONDS = 100;

interface Job {
  /** The page's number for the call. */
  readonly id: number;
  /** The host's number for the job. */
  readonly handle: number;
  reported: number;
}

self.onmessage = (event: MessageEvent<StartMessage>) => {
  self.onmessage = null;
  void boot(event.data);
};

async function boot(start: StartMessage): Promise<void> {
  // Taken before Python runs, so that a program that reaches the prototype changes nothing for us.
  const post: (message: string) => void = start.port.postMessage.bind(start.port);
  const began = performance.now();
  try {
    const host = await startPython(start);
    drive(host, start.port, post);
    const ready = {
      milliseconds: performance.now() - began,
      snapshot: start.assets.snapshot !== null,
    };
    post(JSON.stringify({ ready }));
  } catch (error) {
    post(JSON.stringify({ startFailed: { message: describe(error) } }));
  }
}

/** Runs the jobs in turn, one step each, until none is left. */
function drive(host: Host, port: MessagePort, post: (message: string) => void): void {
  const { parse, stringify } = JSON;
  const now = performance.now.bind(performance);
  const jobs: Job[] = [];
  const turn = new MessageChannel();
  const postTurn: () => void = turn.port2.postMessage.bind(turn.port2, null);
  let scheduled = false;

  const say = (id: number, body: object): void => post(stringify({ id, ...body }));

  /** One step in a task of its own; at most one is waiting. */
  function schedule(): void {
    if (scheduled || jobs.length === 0) return;
    scheduled = true;
    postTurn();
  }

  function call(request: Extract<WorkerRequest, { kind: 'call' }>): void {
    try {
      const handle = host.begin(request.method, request.params);
      jobs.push({ id: request.id, handle, reported: -Infinity });
      schedule();
    } catch (error) {
      say(request.id, failure(error));
    }
  }

  function cancel(id: number): void {
    const index = jobs.findIndex((job) => job.id === id);
    if (index < 0) return;
    const [job] = jobs.splice(index, 1);
    try {
      if (job) host.cancel(job.handle);
      say(id, { cancelled: true });
    } catch (error) {
      say(id, failure(error));
    }
  }

  function step(): void {
    scheduled = false;
    const job = jobs.shift();
    if (!job) return;
    try {
      const reply = host.step(job.handle, STEP_MILLISECONDS);
      const { state } = parse(reply) as { state: string };
      const running = state === 'running';
      const time = now();
      if (!running || time - job.reported >= PROGRESS_MILLISECONDS) {
        job.reported = time;
        post(`{"id":${job.id},"step":${reply}}`);
      }
      if (running) jobs.push(job);
    } catch (error) {
      say(job.id, failure(error));
    }
    schedule();
  }

  turn.port1.onmessage = step;
  port.onmessage = (event: MessageEvent<WorkerRequest>) => {
    if (event.data.kind === 'call') call(event.data);
    else cancel(event.data.id);
  };
}

/** A Python exception that left the host, or the end of the interpreter itself. */
function failure(error: unknown): object {
  const name = error instanceof Error ? error.name : '';
  if (name !== 'PythonError') return { died: { message: describe(error) } };
  const { type } = error as Error & { type: string };
  const traceback = (error as Error).message;
  const message = traceback.trimEnd().split('\n').at(-1) ?? '';
  const details = { name: type, message, traceback: traceback.slice(-4000), line: null };
  return { step: { state: 'failed', error: details } };
}

function describe(error: unknown): string {
  try {
    return String(error instanceof Error ? `${error.name}: ${error.message}` : error).slice(-4000);
  } catch {
    return 'unknown';
  }
}
