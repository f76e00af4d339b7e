/** The file of a batch: one JSON line a program, written as they finish, so that an interrupted run can go on. */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Mend, Report } from '../src/runtime/protocol';
import { Misuse } from './programs';

export interface Result {
  readonly file: string;
  readonly key: string;
  /** `sound`, the failed check that weighs most, or how the worker ended: `deadline`, `memory`, `died`. */
  readonly kind: string;
  readonly score: number;
  readonly playable: boolean;
  /** Null when the worker had to be ended; `error` then says why. */
  readonly report: Report | null;
  readonly error: string | null;
  readonly mends: readonly Mend[];
}

/**
 * Results of some programs, kept in a file where a path is given. Lines of an earlier run are kept where file and key
 * are the same; those of other files stay untouched; a last line that was cut off is dropped.
 */
export class Results {
  /** file → result, of the programs of this run. */
  readonly lines = new Map<string, Result>();
  readonly #others: Result[] = [];

  /**
   * @param wanted file → key of each program, in the order of the finished file
   * @throws Misuse when the path holds anything else than results
   */
  constructor(
    readonly path: string | null,
    readonly wanted: ReadonlyMap<string, string>,
  ) {
    for (const line of path === null ? [] : readLines(path)) {
      const key = wanted.get(line.file);
      if (key === undefined) this.#others.push(line);
      else if (line.key === key) this.lines.set(line.file, line);
    }
    this.#writeAll();
  }

  /** Keeps the result of a program, at once in the file too. */
  add(result: Result): void {
    this.lines.set(result.file, result);
    if (this.path !== null) appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }

  /** Puts the lines in the order of the programs: the same file, however often the run was stopped. */
  finish(): void {
    this.#writeAll();
  }

  #writeAll(): void {
    if (this.path === null) return;
    const ordered = [...this.wanted.keys()].flatMap((file) => this.lines.get(file) ?? []);
    const text = [...this.#others, ...ordered].map((line) => `${JSON.stringify(line)}\n`).join('');
    const beside = path.join(
      path.dirname(this.path),
      `.${path.basename(this.path)}.${process.pid}`,
    );
    try {
      writeFileSync(beside, text);
      renameSync(beside, this.path);
    } catch (error) {
      throw new Misuse(`${this.path} cannot be written: ${(error as Error).message}`);
    }
  }
}

function readLines(file: string): Result[] {
  if (!file.endsWith('.jsonl')) {
    throw new Misuse(`results go to a file whose name ends with .jsonl, which ${file} does not`);
  }
  if (!existsSync(file)) return [];
  const other = new Misuse(`${file} holds something else than results, so nothing was written`);
  try {
    const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    const lines = whole.map((line) => JSON.parse(line) as Result);
    if (lines.every((line) => ['file', 'key', 'kind', 'report'].every((name) => name in line)))
      return lines;
  } catch {
    throw other;
  }
  throw other;
}
