/** Which programs a command line means: files, game folders, and folders of either. The same as in `gamecwm.cli`. */
import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '../src/runtime/protocol';

const PROGRAM = 'game.py';
const SCENARIOS = 'scenarios.json';

/** A command that was called wrongly; the message says how. */
export class Misuse extends Error {}

export interface Program {
  /** As it was reached from the command line. */
  readonly file: string;
  readonly source: string;
  readonly scenarios: Json[];
}

/**
 * Every program that these names reach, each once, folders in the order of their names.
 * @throws Misuse when something cannot be read, or a folder has no program
 */
export async function findPrograms(names: readonly string[]): Promise<Program[]> {
  const found = new Map<string, Program>();
  for (const name of names) {
    const files = (await isFolder(name)) ? await programFiles(name) : [name];
    if (files.length === 0) throw new Misuse(`there is no program in ${name}`);
    for (const file of files) {
      const shown = path.normalize(file).split(path.sep).join('/');
      found.set(shown, {
        file: shown,
        source: await readProgram(file),
        scenarios: await readScenarios(file),
      });
    }
  }
  return [...found.values()];
}

/** A hash of all that a program's report follows from: its text, its scenarios, the options and the checker. */
export function keyOf(program: Program, options: object, checker: string): string {
  const facts = JSON.stringify([program.source, program.scenarios, options, checker]);
  return createHash('sha256').update(facts).digest('hex');
}

/** @throws Misuse when the file cannot be read */
export async function readProgram(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new Misuse(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The program that a name means: that of a game folder, or a file itself. */
export async function programFile(name: string): Promise<string> {
  return (await isFolder(name)) ? path.join(name, PROGRAM) : name;
}

async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory();
  } catch {
    return false;
  }
}

async function programFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === PROGRAM)) {
    return [path.join(folder, PROGRAM)];
  }
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/^(\.|__)/.test(entry.name)) continue;
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await programFiles(place)));
    else if (entry.name.endsWith('.py')) files.push(place);
  }
  return files;
}

async function readScenarios(file: string): Promise<Json[]> {
  if (path.basename(file) !== PROGRAM) return [];
  const place = path.join(path.dirname(file), SCENARIOS);
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch {
    return [];
  }
  try {
    const scenarios = JSON.parse(text) as unknown;
    if (Array.isArray(scenarios)) return scenarios as Json[];
  } catch {
    // Said below.
  }
  throw new Misuse(`${place} is no list of scenarios`);
}
