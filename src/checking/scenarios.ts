/** A person's own scenarios: positions of matches that they know to be right, or have put right. Pure. */
import type { SavedScenario } from '../library/schema';
import type { Position, Scenario } from '../runtime/protocol';

export type Checks = Scenario['checks'];

/** Longer legal sets are kept by their number alone. */
const MOST_LISTED = 400;
const OVER = -4;

/** The player who alone has the highest reward. */
function winnerOf(rewards: readonly number[]): number | 'draw' {
  const best = Math.max(...rewards);
  const winners = rewards.flatMap((reward, player) => (reward === best ? [player] : []));
  const [winner] = winners;
  return winners.length === 1 && winner !== undefined ? winner : 'draw';
}

/** What holds at a position, as the program shows the whole of it. */
export function checksOf({ player, rewards, legal }: Position): Checks {
  if (player === OVER) return { terminal: true, rewards: [...rewards], winner: winnerOf(rewards) };
  const listed = legal.length <= MOST_LISTED ? { legal_includes: [...new Set(legal)] } : {};
  return { terminal: false, current_player: player, legal_count: legal.length, ...listed };
}

const nameOf = (names: readonly string[], player: number): string =>
  player === -1 ? 'chance' : (names[player] ?? `player ${player}`);

/** "After 5 actions Ann wins". */
export function titleOf(position: Position): string {
  const { actions, player, rewards, names } = position;
  const count = actions.length;
  const when =
    count === 0 ? 'At the start' : `After ${count} ${count === 1 ? 'action' : 'actions'}`;
  if (player !== OVER) return `${when} ${nameOf(names, player)} is to move`;
  const winner = winnerOf(rewards);
  return `${when} ${winner === 'draw' ? 'nobody wins' : `${nameOf(names, winner)} wins`}`;
}

export function recorded(position: Position, id: string, createdAt: number): SavedScenario {
  const { actions } = position;
  return { id, createdAt, name: titleOf(position), actions, checks: checksOf(position) };
}

/** As the checker takes it. */
export function plainScenario({ name, actions, checks }: SavedScenario): Scenario {
  return { name, actions, checks };
}

/** What a scenario says, in short phrases. */
export function checksInWords(checks: Checks, names: readonly string[]): string[] {
  const { terminal, current_player: player, winner, rewards } = checks;
  const { legal_count: count, legal_includes: includes, legal_excludes: excludes } = checks;
  return [
    terminal === true ? 'the game is over' : '',
    player === undefined ? '' : `${nameOf(names, player)} is to move`,
    winner === undefined ? '' : winner === 'draw' ? 'a draw' : `${nameOf(names, winner)} wins`,
    rewards === undefined ? '' : `rewards ${rewards.join(', ')}`,
    count === undefined ? '' : `${count} legal ${count === 1 ? 'action' : 'actions'}`,
    count !== undefined || includes === undefined ? '' : `legal: ${includes.join(', ')}`,
    excludes === undefined ? '' : `not legal: ${excludes.join(', ')}`,
  ].filter((one) => one !== '');
}

/** The fields of the form in which a scenario is changed; empty texts say nothing. */
export interface Draft {
  readonly name: string;
  readonly over: boolean;
  /** Who is to move, or at the end who wins; "" says nothing. */
  readonly player: string;
  readonly rewards: string;
  /** One action a line: these and no others. */
  readonly legal: string;
  /** One action a line. */
  readonly illegal: string;
}

export function draftOf({ name, checks }: SavedScenario): Draft {
  const player = checks.terminal === true ? checks.winner : checks.current_player;
  return {
    name,
    over: checks.terminal === true,
    player: player === undefined ? '' : String(player),
    rewards: checks.rewards?.join(', ') ?? '',
    legal: checks.legal_includes?.join('\n') ?? '',
    illegal: checks.legal_excludes?.join('\n') ?? '',
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The scenario with the draft's fields; a string says what is wrong with one of them. */
export function withDraft(scenario: SavedScenario, draft: Draft): SavedScenario | string {
  const name = draft.name.trim().slice(0, 200);
  if (name === '') return 'The scenario needs a name.';
  const rewards = draft.rewards.split(',').map((one) => one.trim());
  const said = draft.rewards.trim() !== '';
  if (said && rewards.some((one) => one === '' || !Number.isFinite(Number(one)))) {
    return 'Rewards are numbers with commas between them, one a player.';
  }
  const player = Number(draft.player);
  const known = draft.player !== '' && draft.player !== 'draw';
  const checks: Checks = {
    terminal: draft.over,
    ...(draft.over && draft.player === 'draw' ? { winner: 'draw' } : {}),
    ...(known ? (draft.over ? { winner: player } : { current_player: player }) : {}),
    ...(said ? { rewards: rewards.map(Number) } : {}),
    ...legalChecks(scenario.checks, draft),
  };
  return { ...scenario, name, checks };
}

function legalChecks(before: Checks, draft: Draft): Partial<Checks> {
  if (draft.over) return {};
  const legal = lines(draft.legal);
  const illegal = lines(draft.illegal);
  const kept = before.legal_includes === undefined ? before.legal_count : undefined;
  // Entries may repeat at a chance node: an unchanged list keeps its number.
  const same = before.legal_includes?.join('\n') === legal.join('\n');
  const count = same ? before.legal_count : legal.length > 0 ? legal.length : kept;
  return {
    ...(legal.length > 0 ? { legal_includes: legal } : {}),
    ...(count === undefined ? {} : { legal_count: count }),
    ...(illegal.length > 0 ? { legal_excludes: illegal } : {}),
  };
}
