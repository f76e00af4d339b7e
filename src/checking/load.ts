/** Opening a program in a session of its own and checking it: the one way in, for written, edited and tuned ones. */
import type { Finding, Program, Progress, Report, Scenario } from '../runtime/protocol';
import type { ProgramSession, Runtime } from '../runtime/runtime';

/**
 * What a check may cost. The seed is fixed: the same program gets the same report. The time is what a slow device needs
 * for a long game such as chess; a check that is cut off is not given full marks.
 */
export const CHECK_BUDGET = { seed: 0, games: 50, steps: 1000, milliseconds: 20_000 } as const;

export interface Checked {
  readonly session: ProgramSession;
  readonly program: Program;
  readonly report: Report;
  /** The person's own that the report is about. */
  readonly scenarios: readonly Scenario[];
}

export interface LoadWatcher {
  readonly signal: AbortSignal;
  onOpened(program: Program): void;
  onProgress(progress: Progress): void;
}

/** Rejects with RuntimeError or AbortError; the session is closed then, and left to the caller otherwise. */
export async function loadAndCheck(
  runtime: Runtime,
  source: string,
  scenarios: readonly Scenario[],
  watcher: LoadWatcher,
): Promise<Checked> {
  const { session, program } = await openProgram(runtime, source, watcher.signal);
  try {
    watcher.onOpened(program);
    const report = await session.call(
      'check',
      { ...CHECK_BUDGET, scenarios },
      {
        signal: watcher.signal,
        onProgress: (progress) => {
          watcher.onProgress(progress);
        },
      },
    );
    return { session, program, report, scenarios };
  } catch (error) {
    session.close();
    throw error;
  }
}

export async function openProgram(
  runtime: Runtime,
  source: string,
  signal: AbortSignal,
): Promise<{ session: ProgramSession; program: Program }> {
  const session = runtime.session();
  try {
    return { session, program: await session.call('open', { source }, { signal }) };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** The findings that make a program wrong rather than dull. */
export function flaws(report: Report): Finding[] {
  return report.findings.filter((one) => one.tier !== 'play' && one.passed === false);
}

/** Sound: it can be played to an end and breaks no rule of the contract. */
export function isSound(report: Report): boolean {
  return report.playable && flaws(report).length === 0;
}
