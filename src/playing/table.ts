/** The flow of one match: asks the runtime for chance, positions and the search's moves, one step after another. */
import { isAbort, trouble, troubleFrom, type Trouble } from '../app/trouble';
import type { Position } from '../runtime/protocol';
import type { ProgramSession } from '../runtime/runtime';
import * as matches from './match';
import type { GameFacts, Match, Playing, PlayingEvent } from './match';

/** What the table looks at between two steps. */
export interface TableState {
  readonly playing: Playing;
  readonly facts: GameFacts | null;
}

const STUCK = 'The match cannot go on';

/** Runs one flow at a time; a new one ends the one before. */
export class Table {
  readonly #dispatch: (event: PlayingEvent) => void;
  readonly #get: () => TableState;
  #session: ProgramSession | null = null;
  #flow = new AbortController();
  #thinking: AbortController | null = null;

  constructor(dispatch: (event: PlayingEvent) => void, get: () => TableState) {
    this.#dispatch = dispatch;
    this.#get = get;
  }

  setSession(session: ProgramSession): void {
    this.#session = session;
  }

  stop(): void {
    this.#flow.abort();
    this.#session = null;
  }

  /** Plays a match on from where it stands; `keep` leaves the board as it is until the next position. */
  run(match: Match, { keep }: { keep: boolean }): void {
    this.#guarded(STUCK, (session, signal) => {
      this.#dispatch({ type: 'match', match, keep });
      return this.#play(session, signal);
    });
  }

  /** Shows the board to the player who has taken the device. */
  take(match: Match, to: number): void {
    this.#guarded(STUCK, async (session, signal) => {
      const params = { actions: matches.actionsOf(match), seat: to };
      const position = await session.call('position', params, { signal });
      signal.throwIfAborted();
      this.#dispatch({ type: 'shown', position, seat: to });
      this.#dispatch({ type: 'await' });
    });
  }

  hint(match: Match, player: number): void {
    this.#guarded('The search cannot give a hint', async (session, signal) => {
      this.#dispatch({ type: 'think', player });
      await this.#think(session, match, player, signal);
      signal.throwIfAborted();
      this.#dispatch({ type: 'await' });
    });
  }

  /** Ends the search alone: what it has found so far counts. */
  moveNow(): void {
    this.#thinking?.abort();
  }

  #guarded(
    what: string,
    work: (session: ProgramSession, signal: AbortSignal) => Promise<void>,
  ): void {
    this.#flow.abort();
    this.#flow = new AbortController();
    const { signal } = this.#flow;
    if (this.#session === null) return;
    work(this.#session, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#dispatch({ type: 'broken', trouble: troubleFrom(error, what) });
    });
  }

  #match(): Match | null {
    const { playing } = this.#get();
    return playing.kind === 'none' ? null : playing.match;
  }

  /** Plays on until a person has to act or the game is over. */
  async #play(session: ProgramSession, signal: AbortSignal): Promise<void> {
    let seen = lastSeat(this.#get().playing);
    for (;;) {
      const match = this.#match();
      if (match === null) return;
      const { position, seat } = await this.#settle(session, match, signal, seen);
      signal.throwIfAborted();
      if (mustPass(match, position, this.#get().facts, seen)) {
        this.#dispatch({ type: 'pass', to: position.player });
        return;
      }
      this.#dispatch({ type: 'shown', position, seat });
      seen = seat;
      if (position.player === matches.OVER) {
        this.#dispatch({ type: 'over' });
        return;
      }
      if (match.seats[position.player] !== 'search') {
        this.#dispatch({ type: 'await' });
        return;
      }
      if (!(await this.#searchMoves(session, position, signal))) return;
    }
  }

  /** The search's move; false when it has none. */
  async #searchMoves(
    session: ProgramSession,
    position: Position,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { player } = position;
    this.#dispatch({ type: 'think', player });
    const match = this.#match();
    const action = match === null ? null : await this.#think(session, match, player, signal);
    signal.throwIfAborted();
    if (action === null) {
      this.#dispatch({ type: 'broken', trouble: noMove(position) });
      return false;
    }
    this.#dispatch({ type: 'move', move: { action, player } });
    return true;
  }

  /** Chance, then the position that the viewer may see. */
  async #settle(
    session: ProgramSession,
    match: Match,
    signal: AbortSignal,
    seen: number | null,
  ): Promise<{ position: Position; seat: number }> {
    const before = matches.actionsOf(match);
    const params = { actions: before, seed: match.seed };
    const { actions } = await session.call('advance', params, { signal });
    signal.throwIfAborted();
    const chance = actions.slice(before.length);
    if (chance.length > 0) {
      const moves = chance.map((action) => ({ action, player: matches.CHANCE }));
      this.#dispatch({ type: 'chance', moves });
    }
    const seat = matches.viewer(match, matches.CHANCE, seen);
    const position = await session.call('position', { actions, seat }, { signal });
    const due = matches.viewer(match, position.player, seat);
    if (due === seat) return { position, seat };
    return {
      position: await session.call('position', { actions, seat: due }, { signal }),
      seat: due,
    };
  }

  /** Searches for a player and shows the statistics as they come; the best action, or null. */
  async #think(
    session: ProgramSession,
    match: Match,
    player: number,
    signal: AbortSignal,
  ): Promise<string | null> {
    const at = match.moves.length;
    this.#thinking = new AbortController();
    const ended = AbortSignal.any([signal, this.#thinking.signal]);
    const seed = (match.seed + at) % 2 ** 31;
    const budget = matches.STRENGTHS[match.strength];
    let best: string | null = null;
    try {
      const result = await session.call(
        'search',
        { actions: matches.actionsOf(match), seed, ...budget },
        {
          signal: ended,
          onProgress: (statistics) => {
            if (ended.aborted) return;
            best = statistics.best;
            this.#dispatch({ type: 'statistics', thought: { statistics, player, at } });
          },
        },
      );
      signal.throwIfAborted();
      this.#dispatch({ type: 'statistics', thought: { statistics: result, player, at } });
      return result.best;
    } catch (error) {
      if (isAbort(error) && !signal.aborted && best !== null) return best;
      throw error;
    } finally {
      this.#thinking = null;
    }
  }
}

function lastSeat(playing: Playing): number | null {
  return playing.kind === 'none' ? null : (playing.shown?.seat ?? null);
}

/** With hidden information and a friend the board is covered between two people's turns. */
function mustPass(
  match: Match,
  position: Position,
  facts: GameFacts | null,
  seen: number | null,
): boolean {
  if (match.opponent !== 'friend' || facts?.hidden !== true || position.player < 0) return false;
  return seen !== position.player;
}

function noMove(position: Position): Trouble {
  const name = position.names[position.player] ?? `player ${position.player}`;
  return trouble(
    STUCK,
    `it is the turn of ${name}, but the program gives no legal action`,
    'Look at the report, change the program and check it again, or start a new match.',
  );
}
