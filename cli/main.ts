/** `rulewright`: the checker from a terminal, with Pyodide as its sandbox. */
import os from 'node:os';
import { createRuntime } from '../src/runtime/client';
import { RuntimeError, type Runtime } from '../src/runtime/runtime';
import { checkAll, checkProgram, reportText, rowOf, summary, type Budgets } from './check';
import { infer } from './infer';
import { mutants } from './mutants';
import { oneFile, parse, whole, type Options } from './options';
import { play } from './play';
import { findPrograms, keyOf, Misuse, readProgram, type Program } from './programs';
import { Results, type Result } from './results';
import type { Setting, Start } from './setting';
import { threadSource } from './source';

const HELP = `rulewright check FILE_OR_FOLDER… [--jobs N] [--json OUT.jsonl]   reports on programs
rulewright tidy FILE                                              the mended, plain module
rulewright compare A B                                            two programs in lock step
rulewright infer FILE [--history FILE.json --player N]            worlds that fit what a player saw
rulewright play FILE [--seat N]                                   a match against the search
rulewright mutants FILE_OR_FOLDER [--out FOLDER]                  copies with one error each

  --jobs N            programs at a time (one a core, two at most)
  --json OUT.jsonl    a line of JSON for each program; an interrupted run goes on from there
  --seed N            (0)        --games N           random games (60; compare: 50)
  --steps N           (500)      --milliseconds N    time budget of the checker (20000)
  infer: --worlds N (10) or --exact, --nodes N (50000), --seconds N (60), --json
  play: --simulations N (400)    mutants: --kind KIND, --per-kind N (1), --diff, --json

Exit status: 0 good, 1 a program is not (or the two differ), 2 misuse, 130 stopped with Ctrl-C.
`;

const COMMANDS = new Map([
  ['check', check],
  ['tidy', tidy],
  ['compare', compare],
  ['infer', infer],
  ['play', play],
  ['mutants', mutants],
]);

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
    const { values: given, positionals } = parse(args);
    const [name = 'help', ...names] = positionals;
    if (given.help || name === 'help') return (setting.out(HELP), given.help ? 0 : 2);
    const command = COMMANDS.get(name);
    if (!command) throw new Misuse(`there is no command ${name}; rulewright --help lists them`);
    return await command(start, names, given, setting);
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

const budgetsOf = (given: Options): Budgets => ({
  seed: whole(given, 'seed', 0),
  games: whole(given, 'games', 60),
  steps: whole(given, 'steps', 500),
  milliseconds: whole(given, 'milliseconds', 20_000),
});

async function check(
  start: Start,
  names: readonly string[],
  given: Options,
  setting: Setting,
): Promise<number> {
  if (names.length === 0) throw new Misuse('check takes files or folders');
  const jobs = whole(given, 'jobs', Math.min(2, os.availableParallelism()), 1);
  const lines = typeof given.json === 'string' ? given.json : null;
  const [programs, budgets] = [await findPrograms(names), budgetsOf(given)];
  const keyed = (program: Program): string => keyOf(program, budgets, setting.version);
  const results = new Results(
    lines,
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
      `${kept} of ${programs.length} programs were checked before: ${lines} has their results.\n`,
    );
  }
  const alone = programs.length === 1 && lines === null;
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
    if (lines !== null) {
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
  start: Start,
  names: readonly string[],
  _given: Options,
  { out, err, signal }: Setting,
): Promise<number> {
  const source = await readProgram(oneFile('tidy', names));
  const program = await start().session().call('open', { source }, { signal });
  for (const { kind, line, message } of program.mends) {
    err(`${kind}: ${line === null ? '' : `line ${line}: `}${message}\n`);
  }
  out(program.plain);
  return 0;
}

async function compare(
  start: Start,
  names: readonly string[],
  given: Options,
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
    seed: whole(given, 'seed', 0),
    games: whole(given, 'games', 50),
    steps: whole(given, 'steps', 500),
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
