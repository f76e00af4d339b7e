/** A match and the phases of playing it. Pure: everything that asks the runtime is in store.ts. */
import type { Trouble } from '../app/trouble';
import type { Move } from '../library/schema';
import type { BoardHint } from './hint';
import type { Json, Position, SearchStatistics } from '../runtime/protocol';

export type Seat = 'human' | 'search';
export type Opponent = 'search' | 'friend';
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
  readonly opponent: Opponent;
  readonly strength: Strength;
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
  | { readonly type: 'await' }
  | { readonly type: 'pass'; readonly to: number }
  | { readonly type: 'think'; readonly player: number }
  | { readonly type: 'statistics'; readonly thought: Thought }
  | { readonly type: 'move'; readonly move: Move }
  | { readonly type: 'over' }
  | { readonly type: 'broken'; readonly trouble: Trouble };

export function seatsFor(opponent: Opponent, players: number, humanSeat: number): Seat[] {
  return Array.from({ length: players }, (_, seat) =>
    opponent === 'friend' || seat === humanSeat % Math.max(1, players) ? 'human' : 'search',
  );
}

export function humanSeat(match: Match): number {
  return Math.max(0, match.seats.indexOf('human'));
}

/** The seats after "swap seats": each human seat moves on by one. */
export function swappedSeats(match: Match): Seat[] {
  return match.seats.map(
    (_, seat) => match.seats[(seat + match.seats.length - 1) % match.seats.length] ?? 'human',
  );
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

/** The seat whose view is shown: the human's against the search, else whoever is to move. */
export function viewer(match: Match, player: number, last: number | null): number {
  if (match.opponent === 'search') return humanSeat(match);
  return player >= 0 ? player : (last ?? 0);
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
