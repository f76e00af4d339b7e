/** Errors of the runtime, worded for the person in front of the page. */
import { RuntimeError } from './runtime';
import type { Failure } from './wire';

const TRACEBACK_CHARACTERS = 4000;
const MESSAGE_CHARACTERS = 2000;

export const deadlineError = (milliseconds: number): RuntimeError =>
  new RuntimeError(
    'DeadlineError',
    `The program did not finish within ${seconds(milliseconds)} and was stopped.`,
    'Look for a loop that never ends, or try again with a smaller game.',
  );

export const stallError = (milliseconds: number): RuntimeError =>
  new RuntimeError(
    'DeadlineError',
    `The program gave no sign of life for ${seconds(milliseconds)} and was stopped.`,
    'Look for a loop that never ends in the function that ran last.',
  );

export const protocolError = (what: string): RuntimeError =>
  new RuntimeError(
    'ProtocolError',
    `The sandbox sent something it must not send: ${what}. It was closed.`,
    'Do not trust this program. Write or open another one.',
  );

export const closedError = (): RuntimeError =>
  new RuntimeError('WorkerDiedError', 'The sandbox was closed.', 'Open the program again.');

export const replacedError = (): RuntimeError =>
  new RuntimeError(
    'WorkerDiedError',
    'Another program was opened before this call was answered.',
    'Call again for the program that is open now.',
  );

export const cancelledWorkerError = (): RuntimeError =>
  new RuntimeError(
    'WorkerDiedError',
    'Another call was cancelled, did not stop in time, and its sandbox was ended.',
    'Try again: the program is opened in a fresh sandbox.',
  );

export const sourceTooLongError = (limit: number): RuntimeError =>
  new RuntimeError(
    'ProgramError',
    `The program is longer than ${limit.toLocaleString('en')} characters.`,
    'Shorten it.',
  );

export const startError = (why: string): RuntimeError =>
  new RuntimeError(
    'StartError',
    `Python could not be started: ${why}`,
    'Reload the page. If it happens again, try another browser: a recent one with WebAssembly is needed.',
  );

const memoryError = (traceback: string | null, line: number | null): RuntimeError =>
  new RuntimeError(
    'MemoryLimitError',
    'The program needed more memory than the 512 MB it may use.',
    'Look for a list, string or number that grows without end.',
    traceback,
    line,
  );

/** The interpreter itself ended: a crash, an exit, or a JavaScript error that Python cannot survive. */
export function diedError(detail: string): RuntimeError {
  if (/out of memory|allocation failed/i.test(detail)) return memoryError(null, null);
  return new RuntimeError(
    'WorkerDiedError',
    `Python came to an end while the program ran (${explain(detail)}).`,
    'Look for endless recursion or an exit in the program. The next call gets a fresh sandbox.',
    detail.slice(-TRACEBACK_CHARACTERS),
  );
}

function explain(detail: string): string {
  if (/call stack|recursion/i.test(detail)) return 'its calls were nested too deeply';
  if (/out of bounds/i.test(detail)) return 'it reached outside its memory';
  if (/exit/i.test(detail)) return 'it was told to exit';
  return detail.split('\n')[0]?.slice(0, 200) || 'no reason was given';
}

/** An exception in Python, as the host or the worker names it. */
export function failureError(failure: Failure): RuntimeError {
  const traceback = failure.traceback?.slice(-TRACEBACK_CHARACTERS) ?? null;
  const line = failure.line ?? null;
  const message = failure.message.slice(0, MESSAGE_CHARACTERS);
  const at = line === null ? '' : ` (line ${line})`;
  // The host wraps what a program raises: "apply_action raised MemoryError: …".
  if (failure.name === 'MemoryError' || /(^|raised |failed: )MemoryError\b/.test(message)) {
    return memoryError(traceback, line);
  }
  switch (failure.name) {
    case 'RecursionError':
      return new RuntimeError(
        'ProgramError',
        `The program calls itself without end${at}.`,
        'Give the recursion an end.',
        traceback,
        line,
      );
    case 'SystemExit':
    case 'KeyboardInterrupt':
    case 'GeneratorExit':
      return new RuntimeError(
        'ProgramError',
        `The program tried to stop Python with ${failure.name}${at}.`,
        'Remove the exit: a game ends when no player is to move.',
        traceback,
        line,
      );
    default:
      return new RuntimeError(
        'ProgramError',
        message || failure.name,
        line === null ? 'Correct the program.' : `Look at line ${line} of the program.`,
        traceback,
        line,
      );
  }
}

const seconds = (milliseconds: number): string => {
  const value = milliseconds / 1000;
  return value === 1 ? 'one second' : `${Number(value.toFixed(1))} seconds`;
};
