/** `rulewright`: the checker from a terminal, with Pyodide as its sandbox. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { createRuntime } from '../src/runtime/client';
import { RuntimeError, type Runtime } from '../src/runtime/runtime';
import { checkAll, checkProgram, reportText, rowOf, summary, type Budgets } from './check';
import { findPrograms, keyOf, Misuse, readProgram, type Program } from './programs';
import { Results, type Result } from './results';
import { threadSource } from './source';

const HELP = `rulewright check FILE_OR_FOLDER… [--jobs N] [--json OUT.jsonl]   reports on programs
rulewright tidy FILE                                              the mended, plain module
rulewright compare A B                                            two programs in lock step

  --jobs N            programs at a time (one a core, two at most)
  --json OUT.jsonl    a line of JSON for each program; an interrupted run goes on from there
  --seed N            (0)        --games N           random games (60; compare: 50)
  --steps N           (500)      --milliseconds N    time budget of the checker (8000)

Exit status: 0 good, 1 a program is not (or the two differ), 2 misuse, 130 stopped with Ctrl-C.
`;

/** Where the project and its built runtime are, and what stands for the terminal. */
export interface Setting {
  readonly root: string;
  readonly runtime: string;
  /** Of the runtime, the checker in it included: results of another version are made anew. */
  readonly version: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/** Runs a command. @returns the exit status */
export async function main(args: readonly string[], setting: Setting): Promise<number> {
  const open: Runtime[] = [];
  const start = (): Runtime => {
    const runtime = createRuntime({
      createSource: () => threadSource(setting.root, setting.runtime),
    });
    open.push(runtime);
    return runtime;
  };
  try {
    const { values, positionals } = options(args);
    const [command = 'help', ...names] = positionals;
    if (values.help || command === 'help') return (setting.out(HELP), values.help ? 0 : 2);
    if (command === 'check') return await check(start, names, values, setting);
    if (command === 'tidy') return await tidy(start, names, setting);
    if (command === 'compare') return await compare(start, names, values, setting);
    throw new Misuse(`there is no command ${command}; rulewright --help lists them`);
  } catch (error) {
    if (setting.signal.aborted) return (setting.err('\nStopped.\n'), 130);
    if (error instanceof Misuse) return (setting.err(`rulewright: ${error.message}\n`), 2);
    if (error instanceof RuntimeError) {
      return (setting.err(`rulewright: ${error.message} ${error.nextStep}\n`), 1);
    }
    throw error;
  } finally {
    for (const runtime of open) runtime.dispose();
  }
}

type Values = ReturnType<typeof options>['values'];

function options(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: text,
        jobs: text,
        seed: text,
        games: text,
        steps: text,
        milliseconds: text,
      },
    });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function whole(values: Values, name: 'jobs' | keyof Budgets, usual: number): number {
  const given = values[name];
  if (given === undefined) return usual;
  if (!/^\d{1,9}$/.test(given) || (name === 'jobs' && Number(given) === 0)) {
    throw new Misuse(`--${name} takes a whole number, not ${given}`);
  }
  return Number(given);
}

const budgetsOf = (values: Values): Budgets => ({
  seed: whole(values, 'seed', 0),
  games: whole(values, 'games', 60),
  steps: whole(values, 'steps', 500),
  milliseconds: whole(values, 'milliseconds', 8000),
});

async function check(
  start: () => Runtime,
  names: string[],
  values: Values,
  setting: Setting,
): Promise<number> {
  if (names.length === 0) throw new Misuse('check takes files or folders');
  const jobs = whole(values, 'jobs', Math.min(2, os.availableParallelism()));
  const [programs, budgets] = [await findPrograms(names), budgetsOf(values)];
  const keyed = (program: Program): string => keyOf(program, budgets, setting.version);
  const results = new Results(
    values.json ?? null,
    new Map(programs.map((program) => [program.file, keyed(program)])),
  );
  const runtime = start();
  const judge = async (program: Program): Promise<Result> => {
    const found = await checkProgram(runtime, program, budgets, setting.signal);
    return { ...found, key: keyed(program) };
  };
  const kept = results.lines.size;
  if (kept > 0) {
    setting.out(
      `${kept} of ${programs.length} programs were checked before: ${values.json} has their results.\n`,
    );
  }
  const alone = programs.length === 1 && values.json === undefined;
  const bar = progress(programs.length, results, setting);
  try {
    const left = programs.filter(({ file }) => !results.lines.has(file));
    await checkAll(left, jobs, judge, (result) => {
      results.add(result);
      bar.clear();
      if (!alone) setting.out(`${rowOf(result)}\n`);
      bar.show();
    });
  } catch (error) {
    if (values.json !== undefined) {
      setting.err(
        `\n${results.lines.size} results are kept; the same command goes on from there.\n`,
      );
    }
    throw error;
  } finally {
    bar.clear();
  }
  results.finish();
  const all = programs.flatMap(({ file }) => results.lines.get(file) ?? []);
  setting.out(alone && all[0] ? `${reportText(all[0])}\n` : `\n${summary(all)}\n`);
  return all.every(({ score }) => score === 1) ? 0 : 1;
}

/** A bar that is drawn over where a person is looking. */
function progress(total: number, results: Results, { err, isTerminal }: Setting) {
  const width = 24;
  const draw = (): void => {
    const done = results.lines.size;
    const filled = Math.floor((width * done) / Math.max(1, total));
    err(`\r\x1b[K[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${done}/${total}`);
  };
  const clear = (): void => err('\r\x1b[K');
  if (!isTerminal) return { show: () => undefined, clear: () => undefined };
  draw();
  return { show: draw, clear };
}

async function tidy(
  start: () => Runtime,
  names: string[],
  { out, err, signal }: Setting,
): Promise<number> {
  const [file] = names;
  if (file === undefined || names.length > 1) throw new Misuse('tidy takes one file');
  const source = await readProgram(file);
  const program = await start().session().call('open', { source }, { signal });
  for (const { kind, line, message } of program.mends) {
    err(`${kind}: ${line === null ? '' : `line ${line}: `}${message}\n`);
  }
  out(program.plain);
  return 0;
}

async function compare(
  start: () => Runtime,
  names: string[],
  values: Values,
  setting: Setting,
): Promise<number> {
  const [first, second] = names;
  if (first === undefined || second === undefined || names.length > 2) {
    throw new Misuse('compare takes two files');
  }
  const sources = [await readProgram(first), await readProgram(second)] as const;
  const { signal } = setting;
  const session = start().session();
  await session.call('open', { source: sources[0] }, { signal });
  const budgets = {
    seed: whole(values, 'seed', 0),
    games: whole(values, 'games', 50),
    steps: whole(values, 'steps', 500),
  };
  const found = await session.call('compare', { source: sources[1], ...budgets }, { signal });
  const { difference } = found;
  if (!difference) {
    setting.out(`No difference in ${found.games} games.\n`);
    return 0;
  }
  setting.out(
    `The programs differ ${difference.message}\nActions: ${JSON.stringify(difference.actions)}\n`,
  );
  return 1;
}
