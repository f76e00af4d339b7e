/** `rulewright mutants`: copies of a program with one error each. The program is read and never run. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HostMethods, Mutant } from '../src/runtime/protocol';
import { RuntimeError } from '../src/runtime/runtime';
import { oneFile, whole, type Options } from './options';
import { Misuse, programFile, readProgram } from './programs';
import type { Setting, Start } from './setting';

export async function mutants(
  start: Start,
  names: readonly string[],
  given: Options,
  { out, err, signal }: Setting,
): Promise<number> {
  const source = await readProgram(await programFile(oneFile('mutants', names)));
  const drawn = { perKind: whole(given, 'per-kind', 1, 1), seed: whole(given, 'seed', 0) };
  const found = await draw(start, { source, ...drawn, kinds: given.kind ?? [] }, signal);
  if (given.out !== undefined) await writeAll(found, given.out);
  for (const mutant of found) {
    if (given.json) out(`${JSON.stringify(mutant)}\n`);
    else out(`${mutant.id}  line ${mutant.line}\n${given.diff ? `${mutant.diff}\n` : ''}`);
  }
  if (given.out !== undefined) err(`${found.length} mutants are in ${given.out}.\n`);
  return 0;
}

async function draw(
  start: Start,
  params: HostMethods['mutants']['params'],
  signal: AbortSignal,
): Promise<Mutant[]> {
  try {
    return (await start().session().call('mutants', params, { signal })).mutants;
  } catch (error) {
    const isKind = error instanceof RuntimeError && error.message.startsWith('there is no kind');
    throw isKind ? new Misuse(error.message) : error;
  }
}

async function writeAll(found: readonly Mutant[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { id, source, diff } of found) {
    await writeFile(path.join(folder, `${id}.py`), source);
    await writeFile(path.join(folder, `${id}.diff`), diff);
  }
}
