/** Checks of programs in a pool of workers, some at a time. */
import type { HostMethods, Mend, Report } from '../src/runtime/protocol';
import { RuntimeError, type Runtime } from '../src/runtime/runtime';
import type { Program } from './programs';
import type { Result } from './results';

export interface Budgets {
  readonly seed: number;
  readonly games: number;
  readonly steps: number;
  /** Of the checker, which stops by itself; the worker is ended some seconds later. */
  readonly milliseconds: number;
}

/** The result of one program but for its key; there is one whatever the program does. */
export async function checkProgram(
  runtime: Runtime,
  program: Program,
  budgets: Budgets,
  signal: AbortSignal,
): Promise<Omit<Result, 'key'>> {
  const session = runtime.session();
  const { file } = program;
  let mends: readonly Mend[] = [];
  try {
    try {
      ({ mends } = await session.call('open', { source: program.source }, { signal }));
    } catch (error) {
      // What does not open has a report too, as long as it leaves its worker alive.
      if (!(error instanceof RuntimeError) || error.name !== 'ProgramError') throw error;
    }
    // The scenarios' own shape is the checker's to judge.
    const params: unknown = { ...budgets, scenarios: program.scenarios };
    const report = await session.call('check', params as HostMethods['check']['params'], {
      signal,
    });
    const { score, playable } = report;
    return { file, kind: kindOf(report), score, playable, report, error: null, mends };
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.name === 'StartError') throw error;
    const { message: why } = error;
    return {
      file,
      kind: ending(error),
      score: 0,
      playable: false,
      report: null,
      error: why,
      mends,
    };
  } finally {
    session.close();
  }
}

const ENDINGS: Partial<Record<RuntimeError['name'], string>> = {
  DeadlineError: 'deadline',
  MemoryLimitError: 'memory',
  ProtocolError: 'protocol',
};

const ending = (error: RuntimeError): string => ENDINGS[error.name] ?? 'died';

/** What is wrong in one word: the failed check that weighs most, of those that were run; or sound. */
export function kindOf(report: Report): string {
  if (report.score === 1) return 'sound';
  const failed = report.findings.filter((finding) => finding.passed === false);
  const run = failed.filter((finding) => !finding.message.startsWith('Not run: '));
  const [worst] = [...(run.length > 0 ? run : failed)].sort((a, b) => b.weight - a.weight);
  return worst?.check ?? 'unsound';
}

/** Checks them all, `jobs` at a time, and gives each result as it is there. Rejects at once when the signal aborts. */
export async function checkAll(
  programs: readonly Program[],
  jobs: number,
  check: (program: Program) => Promise<Result>,
  onResult: (result: Result) => void,
): Promise<void> {
  const left = [...programs];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) onResult(await check(next));
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

/** How many programs are sound, and the others by what is wrong with them, with an example of each. */
export function summary(results: readonly Result[]): string {
  const kinds = new Map<string, Result[]>();
  for (const result of results) kinds.set(result.kind, [...(kinds.get(result.kind) ?? []), result]);
  const sound = kinds.get('sound')?.length ?? 0;
  kinds.delete('sound');
  const mean = results.reduce((sum, { score }) => sum + score, 0) / Math.max(1, results.length);
  const programs = results.length === 1 ? '1 program' : `${results.length} programs`;
  const rows = [...kinds].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return [
    `${programs}: ${sound} sound, mean score ${mean.toFixed(3)}`,
    ...rows.map(
      ([kind, of]) =>
        `${String(of.length).padStart(6)}  ${kind.padEnd(16)}  such as ${of[0]?.file}`,
    ),
  ].join('\n');
}

export const rowOf = ({ score, kind, file }: Result): string =>
  `${score.toFixed(2)}  ${kind.padEnd(16)}  ${file}`;

/** A report as a student reads it. */
export function reportText(result: Result): string {
  const { report, error } = result;
  if (!report) return `Score 0 of 1: ${error}`;
  const marks: Record<string, string> = { true: 'ok  ', false: 'FAIL', null: '--  ' };
  const lines = [`Score ${report.score.toFixed(2)} of 1`];
  for (const mend of result.mends) lines.push(`Mended: ${mend.message}`);
  let tier = '';
  for (const finding of report.findings) {
    if (finding.tier !== tier) lines.push('', finding.tier);
    tier = finding.tier;
    const at = finding.line === null ? '' : `line ${finding.line}: `;
    lines.push(`  ${marks[String(finding.passed)]} ${finding.check}: ${at}${finding.message}`);
    if (finding.counterexample) lines.push(`       shown by: ${shown(finding.counterexample)}`);
  }
  return lines.join('\n');
}

const shown = (actions: readonly string[]): string =>
  actions.length === 0 ? 'the start of the game' : actions.join(', ');
