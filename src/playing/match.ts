/** A match and the phases of playing it. Pure: everything that asks the runtime is in store.ts. */
import type { Trouble } from '../app/trouble';
import type { Move } from '../library/schema';
import type { BoardHint } from './hint';
import type { Json, Position, SearchStatistics } from '../runtime/protocol';

export type Seat = 'human' | 'search';
export type Strength = 'quick' | 'normal' | 'strong';
export type { Move } from '../library/schema';

/** What the search may spend on a move at each strength. */
export const STRENGTHS: Record<Strength, { simulations: number; milliseconds: number }> = {
  quick: { simulations: 300, milliseconds: 3_000 },
  normal: { simulations: 1_500, milliseconds: 8_000 },
  strong: { simulations: 6_000, milliseconds: 25_000 },
};

export const CHANCE = -1;
export const OVER = -4;

/** What a match needs to know of its program. */
export interface GameFacts {
  readonly players: number;
  readonly names: readonly string[];
  readonly hidden: boolean;
  /** What the game says of its board beside its state. */
  readonly board?: BoardHint;
}

export interface Match {
  readonly id: string;
  readonly strength: Strength;
  /** Who sits where, one a player; with no person at all the match is watched, cards open. */
  readonly seats: readonly Seat[];
  readonly seed: number;
  /** Every action so far, chance outcomes included, with who made it. */
  readonly moves: readonly Move[];
  readonly startedAt: number;
}

/** A position as it is on the table: seen from `seat`, with the view before it to show what changed. */
export interface Shown {
  readonly position: Position;
  readonly seat: number | null;
  readonly before: Json;
}

/** The search's statistics on the move that `player` made as number `at` of the match. */
export interface Thought {
  readonly statistics: SearchStatistics;
  readonly player: number;
  readonly at: number;
  /** Workers that searched, each from a seed of its own. */
  readonly workers: number;
}

interface Going {
  readonly match: Match;
  readonly shown: Shown | null;
  readonly thought: Thought | null;
}

export type Playing =
  | { readonly kind: 'none' }
  /** Chance and the next position are being worked out. */
  | ({ readonly kind: 'settling' } & Going)
  | ({ readonly kind: 'awaiting' } & Going & { readonly shown: Shown })
  /** The device goes to the player `to`; the board is covered. */
  | ({ readonly kind: 'passing' } & Going & { readonly to: number })
  | ({ readonly kind: 'thinking' } & Going & { readonly player: number })
  | ({ readonly kind: 'over' } & Going & { readonly shown: Shown })
  | ({ readonly kind: 'broken' } & Going & { readonly trouble: Trouble });

export type PlayingEvent =
  | { readonly type: 'clear' }
  /** A new or changed match; `keep` leaves the board as it is until the next position. */
  | { readonly type: 'match'; readonly match: Match; readonly keep: boolean }
  | { readonly type: 'chance'; readonly moves: readonly Move[] }
  | { readonly type: 'shown'; readonly position: Position; readonly seat: number | null }
  /** Nobody has taken the device: nothing lies open. */
  | { readonly type: 'covered' }
  | { readonly type: 'await' }
  | { readonly type: 'pass'; readonly to: number }
  | { readonly type: 'think'; readonly player: number }
  | { readonly type: 'statistics'; readonly thought: Thought }
  | { readonly type: 'move'; readonly move: Move }
  | { readonly type: 'over' }
  | { readonly type: 'broken'; readonly trouble: Trouble };

/** A person at one seat, the search at the others. */
export function seatsFor(players: number, human: number): Seat[] {
  return Array.from({ length: players }, (_, seat) => (seat === human ? 'human' : 'search'));
}

export function humanSeats({ seats }: Pick<Match, 'seats'>): number[] {
  return seats.flatMap((who, seat) => (who === 'human' ? [seat] : []));
}

/** The seat of the one person at the table; null where there is none or more than one. */
export function onlyHuman(match: Pick<Match, 'seats'>): number | null {
  const [seat, second] = humanSeats(match);
  return seat === undefined || second !== undefined ? null : seat;
}

/** The seats after "swap seats": whoever sits there moves on by one. */
export function swappedSeats(seats: readonly Seat[]): Seat[] {
  return seats.map((_, seat) => seats[(seat + seats.length - 1) % seats.length] ?? 'human');
}

export function actionsOf(match: Match): string[] {
  return match.moves.map((move) => move.action);
}

/** The moves up to, and without, the last decision of a human; null when there is none. */
export function undone(match: Match): Move[] | null {
  for (let index = match.moves.length - 1; index >= 0; index--) {
    const move = match.moves[index];
    if (move !== undefined && move.player >= 0 && match.seats[move.player] === 'human') {
      return match.moves.slice(0, index);
    }
  }
  return null;
}

/** Whose view is on the table: a seat's, the whole state, or none before somebody has taken the device. */
export type Viewer =
  | { readonly kind: 'seat'; readonly seat: number }
  | { readonly kind: 'everything' }
  | { readonly kind: 'nobody' };

/** Who looks at the table while `player` is to move (or chance, or nobody); `last` is whose view was shown last. */
export function viewerOf(
  match: Match,
  facts: Pick<GameFacts, 'hidden'>,
  player: number,
  last: number | null,
): Viewer {
  const humans = humanSeats(match);
  const [first] = humans;
  if (first === undefined) return { kind: 'everything' };
  if (humans.length === 1) return { kind: 'seat', seat: first };
  if (humans.includes(player)) return { kind: 'seat', seat: player };
  if (last !== null && humans.includes(last)) return { kind: 'seat', seat: last };
  return facts.hidden && player !== OVER ? { kind: 'nobody' } : { kind: 'seat', seat: first };
}

/** With hidden information the board is covered before another person's turn, until they say that they are there. */
export function mustPass(
  match: Match,
  facts: Pick<GameFacts, 'hidden'>,
  player: number,
  last: number | null,
): boolean {
  const several = humanSeats(match).length > 1;
  return facts.hidden && several && match.seats[player] === 'human' && last !== player;
}

/** Whether everything may be shown: nothing is hidden, nobody plays, or it is over. */
export function mayReveal(playing: Playing, facts: Pick<GameFacts, 'hidden'>): boolean {
  if (playing.kind === 'none') return false;
  return !facts.hidden || playing.kind === 'over' || humanSeats(playing.match).length === 0;
}

/** The search's statistics, where they tell the viewer nothing that they may not know. */
export function openThought(playing: Playing, facts: Pick<GameFacts, 'hidden'>): Thought | null {
  if (playing.kind === 'none' || playing.thought === null) return null;
  const { thought, shown } = playing;
  const own = shown !== null && shown.seat === thought.player;
  return own || mayReveal(playing, facts) ? thought : null;
}

/** Players who have acted since the viewer and chance did, unseen: what they chose lies face down. */
export function coveredPlayers({ moves }: Pick<Match, 'moves'>, shown: Shown): Set<number> {
  const covered = new Set<number>();
  for (let index = moves.length - 1; index >= 0; index--) {
    const player = moves[index]?.player ?? CHANCE;
    if (player === CHANCE || player === shown.seat) break;
    if (shown.position.actions[index] === '?') covered.add(player);
  }
  return covered;
}

function withMoves(match: Match, moves: readonly Move[]): Match {
  return { ...match, moves };
}

export function reducePlaying(state: Playing, event: PlayingEvent): Playing {
  if (event.type === 'clear') return { kind: 'none' };
  if (event.type === 'match') {
    const kept = event.keep && state.kind !== 'none';
    return {
      kind: 'settling',
      match: event.match,
      shown: kept ? state.shown : null,
      thought: null,
    };
  }
  if (state.kind === 'none') return state;
  const { match, shown, thought } = state;
  switch (event.type) {
    case 'chance':
      return { ...state, match: withMoves(match, [...match.moves, ...event.moves]) };
    case 'covered':
      return { kind: 'settling', match, shown: null, thought: null };
    case 'shown': {
      // After an undo there is nothing that changed last.
      const onward =
        shown !== null &&
        shown.seat === event.seat &&
        shown.position.actions.length < event.position.actions.length;
      const before = onward ? shown.position.view : null;
      return { ...state, shown: { position: event.position, seat: event.seat, before } };
    }
    case 'await':
      return shown === null ? state : { kind: 'awaiting', match, shown, thought };
    case 'pass':
      // The last player's view must not stay on the table.
      return { kind: 'passing', match, shown: null, thought: null, to: event.to };
    case 'think':
      return { kind: 'thinking', match, shown, thought, player: event.player };
    case 'statistics':
      return { ...state, thought: event.thought };
    case 'move':
      return {
        kind: 'settling',
        match: withMoves(match, [...match.moves, event.move]),
        shown,
        thought,
      };
    case 'over':
      return shown === null ? state : { kind: 'over', match, shown, thought };
    case 'broken':
      return { kind: 'broken', match, shown, thought, trouble: event.trouble };
  }
}
