/** `rulewright infer`: worlds that fit what one player saw and did. */
import { z } from 'zod';
import { inferenceSchema, type Inference } from '../src/runtime/protocol';
import { oneFile, whole, type Options } from './options';
import { Misuse, readProgram } from './programs';
import type { Setting, Start } from './setting';

/** Worlds that are listed for a person. */
const SHOWN = 12;

export async function infer(
  start: Start,
  names: readonly string[],
  given: Options,
  { out, signal }: Setting,
): Promise<number> {
  const file = oneFile('infer', names);
  const player = given.player === undefined ? null : whole(given, 'player', 0);
  const history = given.history === undefined ? null : await readHistory(given.history);
  if (history && player === null) throw new Misuse('a history needs --player, whose it is');
  const exact = given.exact ?? false;
  const budgets = {
    seed: whole(given, 'seed', 0),
    nodes: whole(given, 'nodes', 50_000, 1),
    worlds: whole(given, 'worlds', 10, 1),
  };
  const deadline = whole(given, 'seconds', 60, 1) * 1000;
  const source = await readProgram(file);
  const session = start().session();
  await session.call('open', { source }, { signal });
  const found = await session.call(
    'infer',
    { ...budgets, exact, player, history },
    { signal, deadline },
  );
  if (given.json) out(`${JSON.stringify(found)}\n`);
  else out(`${worldsText(found, exact)}\n`);
  return 0;
}

/** @throws Misuse when the file cannot be read or has another shape */
async function readHistory(file: string): Promise<Inference['history']> {
  const text = await readProgram(file);
  try {
    return inferenceSchema.shape.history.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new Misuse(`${file} is no list of [observation, action or null]`);
  }
}

function worldsText({ player, history, worlds, nodes, milliseconds }: Inference, exact: boolean) {
  const own = history.flatMap(([, action]) => action ?? []);
  const lines = [
    `Player ${player}, to move, saw ${history.length} positions and played: ${own.join(', ') || 'nothing so far'}.`,
    `${worlds.length} different worlds ${exact ? 'fit' : 'were drawn'} (${nodes} nodes, ${milliseconds.toFixed(0)} ms):`,
    ...worlds
      .slice(0, SHOWN)
      .map(({ actions, share }) => `  ${share.toFixed(4)}  ${actions.join(', ')}`),
  ];
  if (worlds.length > SHOWN) lines.push(`  and ${worlds.length - SHOWN} more`);
  return lines.join('\n');
}
