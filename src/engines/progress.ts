/** Bytes, speed and time left of a download. */
import type { LoadProgress } from './engine';

/** Speed is taken over the last seconds, so that it follows a connection that changes. */
const WINDOW_MILLISECONDS = 8000;
/** Below this span a speed is noise. */
const SHORTEST_SPAN_MILLISECONDS = 500;

interface Sample {
  readonly time: number;
  readonly fetched: number;
}

/**
 * Counts bytes and predicts the seconds left.
 * Bytes that were on the disk already count as loaded but not towards the speed.
 */
export class ProgressMeter {
  #total = 0;
  #kept = 0;
  #fetched = 0;
  #samples: Sample[];

  /** `now` gives milliseconds of a clock that never runs backwards. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#samples = [{ time: this.now(), fetched: 0 }];
  }

  expect(bytes: number): void {
    this.#total += bytes;
  }

  /** Bytes found on the disk; a negative number takes back what turned out to be damaged. */
  keep(bytes: number): void {
    this.#kept += bytes;
  }

  receive(bytes: number): void {
    this.#fetched += bytes;
    const time = this.now();
    this.#samples.push({ time, fetched: this.#fetched });
    this.#forget(time);
  }

  snapshot(): LoadProgress {
    const loadedBytes = this.#kept + this.#fetched;
    const totalBytes = Math.max(this.#total, loadedBytes);
    return { loadedBytes, totalBytes, secondsLeft: this.#secondsLeft(totalBytes - loadedBytes) };
  }

  #secondsLeft(missing: number): number | null {
    if (missing === 0) return 0;
    const time = this.now();
    this.#forget(time);
    const first = this.#samples[0];
    if (first === undefined) return null;
    const span = time - first.time;
    const bytes = this.#fetched - first.fetched;
    if (span < SHORTEST_SPAN_MILLISECONDS || bytes <= 0) return null;
    return (missing * span) / bytes / 1000;
  }

  /** Keeps one sample from before the window, so that a stall lowers the speed instead of hiding it. */
  #forget(time: number): void {
    const start = time - WINDOW_MILLISECONDS;
    while ((this.#samples[1]?.time ?? Infinity) <= start) this.#samples.shift();
  }
}

/** Calls `notify` at most once in `milliseconds`; `flush` sends what is waiting. */
export function throttled(
  notify: () => void,
  milliseconds = 100,
  now: () => number = () => performance.now(),
): { call: () => void; flush: () => void } {
  let last = -Infinity;
  return {
    call: () => {
      const time = now();
      if (time - last < milliseconds) return;
      last = time;
      notify();
    },
    flush: notify,
  };
}
