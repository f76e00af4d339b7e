/**
 * One search by several workers: each grows a tree of its own from a seed of its own, and the host merges what they
 * found (root parallelism: Chaslot, Winands, van den Herik, Parallel Monte-Carlo Tree Search, 2008, section 4).
 */
import type { HostMethods, SearchStatistics } from './protocol';
import type { ProgramSession, Runtime } from './runtime';

type SearchParams = HostMethods['search']['params'];

export interface SearchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (found: TeamResult) => void;
}

export interface SearchTeam {
  /**
   * Worker number i searches with the seed plus i; the simulations are shared out and add up to those asked for. The
   * same seed and number of workers give the same result when simulations are what ends it.
   */
  search(params: SearchParams, options: SearchOptions): Promise<TeamResult>;
  /** Ends the other workers; the session that was given stays. */
  close(): void;
}

export interface TeamResult {
  readonly statistics: SearchStatistics;
  readonly workers: number;
}

/** Least time, in milliseconds, between two merges while the search goes on. */
const MERGE_EVERY = 150;

/** A team of `size` workers with the program of `session`; the others start with the first search. */
export function createSearchTeam(
  runtime: Runtime,
  session: ProgramSession,
  source: string,
  size: number,
): SearchTeam {
  return new Team(runtime, session, source, size);
}

class Team implements SearchTeam {
  readonly #runtime: Runtime;
  readonly #first: ProgramSession;
  readonly #source: string;
  readonly #size: number;
  readonly #others = new Set<ProgramSession>();
  /** The others that have the program open; null before the first search. */
  #ready: Promise<ProgramSession[]> | null = null;
  #closed = false;

  constructor(runtime: Runtime, first: ProgramSession, source: string, size: number) {
    this.#runtime = runtime;
    this.#first = first;
    this.#source = source;
    this.#size = size;
  }

  async #gather(): Promise<ProgramSession[]> {
    const opened = Array.from({ length: this.#closed ? 0 : this.#size - 1 }, async () => {
      const one = this.#runtime.session();
      this.#others.add(one);
      try {
        await one.call('open', { source: this.#source });
        return [one];
      } catch {
        // A worker that cannot start, for want of memory say, is done without.
        one.close();
        return [];
      }
    });
    return (await Promise.all(opened)).flat();
  }

  async search(params: SearchParams, { signal, onProgress }: SearchOptions): Promise<TeamResult> {
    this.#ready ??= this.#gather();
    const everyone = [this.#first, ...(await this.#ready)];
    signal?.throwIfAborted();
    const sessions = everyone.slice(0, Math.max(1, params.simulations));
    const workers = sessions.length;
    const view = new Gathering(this.#first, workers, signal, onProgress);
    const shares = shared(params.simulations, workers);
    const searches = sessions.map((session, index) =>
      session.call(
        'search',
        { ...params, seed: params.seed + index, simulations: shares[index] ?? 0 },
        { ...(signal && { signal }), onProgress: (found) => view.take(index, found) },
      ),
    );
    try {
      const [first, ...others] = await Promise.allSettled(searches);
      if (first?.status !== 'fulfilled') throw first?.reason;
      const found = others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const statistics = await merged(this.#first, [first.value, ...found], signal);
      return { statistics, workers: found.length + 1 };
    } finally {
      view.end();
    }
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#others) session.close();
  }
}

/** Simulations of each worker: as equal as can be, the first ones with one more. */
export function shared(simulations: number, workers: number): number[] {
  const [each, rest] = [Math.floor(simulations / workers), simulations % workers];
  return Array.from({ length: workers }, (_, index) => each + (index < rest ? 1 : 0));
}

async function merged(
  session: ProgramSession,
  results: readonly SearchStatistics[],
  signal: AbortSignal | undefined,
): Promise<SearchStatistics> {
  const [only] = results;
  if (only !== undefined && results.length === 1) return only;
  return session.call('merge', { results }, signal && { signal });
}

/** What the workers have found so far, merged now and then while they go on. */
class Gathering {
  readonly #session: ProgramSession;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: SearchOptions['onProgress'];
  readonly #latest: (SearchStatistics | null)[];
  #merging = false;
  #mergedAt = -Infinity;
  #ended = false;

  constructor(
    session: ProgramSession,
    workers: number,
    signal: AbortSignal | undefined,
    onProgress: SearchOptions['onProgress'],
  ) {
    this.#session = session;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#latest = Array.from({ length: workers }, () => null);
  }

  take(worker: number, found: SearchStatistics): void {
    this.#latest[worker] = found;
    if (this.#latest.length === 1) this.#onProgress?.({ statistics: found, workers: 1 });
    else if (!this.#merging && performance.now() - this.#mergedAt >= MERGE_EVERY) {
      this.#merging = true;
      void this.#merge();
    }
  }

  end(): void {
    this.#ended = true;
  }

  async #merge(): Promise<void> {
    try {
      const results = this.#latest.filter((one) => one !== null);
      const statistics = await merged(this.#session, results, this.#signal);
      if (this.#ended || this.#signal?.aborted === true) return;
      this.#onProgress?.({ statistics, workers: results.length });
    } catch {
      // The search itself says what is wrong.
    } finally {
      this.#merging = false;
      this.#mergedAt = performance.now();
    }
  }
}
