/** The options of a command line, and the numbers among them. */
import { parseArgs } from 'node:util';
import { Misuse } from './programs';

const TEXT = { type: 'string' } as const;
const YES = { type: 'boolean' } as const;
const MANY = { type: 'string', multiple: true } as const;

/** @throws Misuse for an option that does not exist, or that lacks its value */
export function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        // The lines of a check go into a file, all other JSON to the standard output.
        json: args.includes('check') ? TEXT : YES,
        jobs: TEXT,
        seed: TEXT,
        games: TEXT,
        steps: TEXT,
        milliseconds: TEXT,
        history: TEXT,
        player: TEXT,
        worlds: TEXT,
        nodes: TEXT,
        seconds: TEXT,
        exact: YES,
        seat: TEXT,
        simulations: TEXT,
        kind: MANY,
        'per-kind': TEXT,
        diff: YES,
        out: TEXT,
      },
    });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

export type Options = ReturnType<typeof parse>['values'];

/**
 * A whole number that is not negative.
 * @throws Misuse when it is none, or less than `least`
 */
export function whole(given: Options, name: keyof Options, usual: number, least = 0): number {
  const text = given[name];
  if (text === undefined) return usual;
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new Misuse(`--${name} takes a whole number from ${least} on, not ${String(text)}`);
  }
  return Number(text);
}

/** The one file that a command is about. @throws Misuse when there is none, or more */
export function oneFile(command: string, names: readonly string[]): string {
  const [file] = names;
  if (file === undefined || names.length > 1) throw new Misuse(`${command} takes one file`);
  return file;
}
