/** The flow of one match: asks the runtime for chance, positions and the search's moves, one step after another. */
import { isAbort, trouble, troubleFrom, type Trouble } from '../app/trouble';
import type { ProgramSession } from '../runtime/runtime';
import type { SearchTeam, TeamResult } from '../runtime/search-team';
import * as matches from './match';
import type { GameFacts, Match, Playing, PlayingEvent, Viewer } from './match';

/** What the table looks at between two steps. */
export interface TableState {
  readonly playing: Playing;
  readonly facts: GameFacts | null;
}

/** What plays on a table: the program, and the workers that search it. */
export interface Players {
  readonly session: ProgramSession;
  readonly team: SearchTeam;
}

/** A match that is only watched takes at least this many milliseconds a move. */
const WATCHED_MOVE = 700;

const STUCK = 'The match cannot go on';

/** Runs one flow at a time; a new one ends the one before. */
export class Table {
  readonly #dispatch: (event: PlayingEvent) => void;
  readonly #get: () => TableState;
  #players: Players | null = null;
  #flow = new AbortController();
  #thinking: Thinking | null = null;

  constructor(dispatch: (event: PlayingEvent) => void, get: () => TableState) {
    this.#dispatch = dispatch;
    this.#get = get;
  }

  /** The table takes the team over and closes it. */
  setPlayers(players: Players): void {
    this.#players?.team.close();
    this.#players = players;
  }

  stop(): void {
    this.#flow.abort();
    this.#players?.team.close();
    this.#players = null;
  }

  /** Plays a match on from where it stands; `keep` leaves the board as it is until the next position. */
  run(match: Match, { keep }: { keep: boolean }): void {
    this.#guarded(STUCK, (players, signal) => {
      this.#dispatch({ type: 'match', match, keep });
      return this.#play(players, signal);
    });
  }

  /** Shows the board to the player who has taken the device. */
  take(match: Match, to: number): void {
    this.#guarded(STUCK, async ({ session }, signal) => {
      const params = { actions: matches.actionsOf(match), seat: to };
      const position = await session.call('position', params, { signal });
      signal.throwIfAborted();
      this.#dispatch({ type: 'shown', position, seat: to });
      this.#dispatch({ type: 'await' });
    });
  }

  hint(match: Match, player: number): void {
    this.#guarded('The search cannot give a hint', async ({ team }, signal) => {
      this.#dispatch({ type: 'think', player });
      await this.#think(team, match, player, signal);
      signal.throwIfAborted();
      this.#dispatch({ type: 'await' });
    });
  }

  /** Ends the search alone: what it has found so far counts. */
  moveNow(): void {
    this.#thinking?.endSoon();
  }

  #guarded(what: string, work: (players: Players, signal: AbortSignal) => Promise<void>): void {
    this.#flow.abort();
    this.#flow = new AbortController();
    const { signal } = this.#flow;
    if (this.#players === null) return;
    work(this.#players, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#dispatch({ type: 'broken', trouble: troubleFrom(error, what) });
    });
  }

  #match(): Match | null {
    const { playing } = this.#get();
    return playing.kind === 'none' ? null : playing.match;
  }

  /** Plays on until a person has to act or the game is over. */
  async #play({ session, team }: Players, signal: AbortSignal): Promise<void> {
    const { facts, playing } = this.#get();
    if (facts === null) return;
    let seen = lastSeat(playing);
    for (;;) {
      const match = this.#match();
      if (match === null) return;
      const { actions, player } = await this.#settle(session, match, signal);
      if (matches.mustPass(match, facts, player, seen)) {
        this.#dispatch({ type: 'pass', to: player });
        return;
      }
      const viewer = matches.viewerOf(match, facts, player, seen);
      seen = await this.#show(session, actions, viewer, signal);
      if (player === matches.OVER) {
        this.#dispatch({ type: 'over' });
        return;
      }
      if (match.seats[player] !== 'search') {
        this.#dispatch({ type: 'await' });
        return;
      }
      if (!(await this.#searchMoves(team, player, signal))) return;
    }
  }

  /** The search's move; false when it has none. */
  async #searchMoves(team: SearchTeam, player: number, signal: AbortSignal): Promise<boolean> {
    this.#dispatch({ type: 'think', player });
    const match = this.#match();
    if (match === null) return false;
    const watched = matches.humanSeats(match).length === 0;
    const pause = watched ? waited(WATCHED_MOVE, signal) : null;
    const action = await this.#think(team, match, player, signal);
    await pause;
    signal.throwIfAborted();
    if (action === null) {
      this.#dispatch({ type: 'broken', trouble: noMove(this.#get().facts, player) });
      return false;
    }
    this.#dispatch({ type: 'move', move: { action, player } });
    return true;
  }

  /** Chance, up to the next player. */
  async #settle(
    session: ProgramSession,
    match: Match,
    signal: AbortSignal,
  ): Promise<{ actions: string[]; player: number }> {
    const before = matches.actionsOf(match);
    const params = { actions: before, seed: match.seed };
    const { actions } = await session.call('advance', params, { signal });
    signal.throwIfAborted();
    const chance = actions.slice(before.length);
    if (chance.length > 0) {
      const moves = chance.map((action) => ({ action, player: matches.CHANCE }));
      this.#dispatch({ type: 'chance', moves });
    }
    const { player } = await session.call('position', { actions, seat: 0 }, { signal });
    signal.throwIfAborted();
    return { actions, player };
  }

  /** Puts on the table what the viewer sees; the seat whose view that is. */
  async #show(
    session: ProgramSession,
    actions: string[],
    viewer: Viewer,
    signal: AbortSignal,
  ): Promise<number | null> {
    if (viewer.kind === 'nobody') {
      this.#dispatch({ type: 'covered' });
      return null;
    }
    const seat = viewer.kind === 'seat' ? viewer.seat : null;
    const position = await session.call('position', { actions, seat }, { signal });
    signal.throwIfAborted();
    this.#dispatch({ type: 'shown', position, seat });
    return seat;
  }

  /** Searches for a player and shows the statistics as they come; the best action, or null. */
  async #think(
    team: SearchTeam,
    match: Match,
    player: number,
    signal: AbortSignal,
  ): Promise<string | null> {
    const at = match.moves.length;
    const thinking = new Thinking();
    this.#thinking = thinking;
    const ended = AbortSignal.any([signal, thinking.signal]);
    const seed = (match.seed + at) % 2 ** 31;
    const budget = matches.STRENGTHS[match.strength];
    const show = ({ statistics, workers }: TeamResult): void => {
      this.#dispatch({ type: 'statistics', thought: { statistics, player, at, workers } });
    };
    try {
      const found = await team.search(
        { actions: matches.actionsOf(match), seed, ...budget },
        {
          signal: ended,
          onProgress: (partial) => {
            if (ended.aborted) return;
            show(partial);
            thinking.found(partial.statistics.best);
          },
        },
      );
      signal.throwIfAborted();
      show(found);
      return found.statistics.best;
    } catch (error) {
      if (isAbort(error) && !signal.aborted && thinking.best !== null) return thinking.best;
      throw error;
    } finally {
      this.#thinking = null;
    }
  }
}

/** One search that may be ended before its budget is spent, once it has found something. */
class Thinking {
  readonly #controller = new AbortController();
  #hurried = false;
  best: string | null = null;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  found(best: string | null): void {
    this.best = best;
    if (this.#hurried && best !== null) this.#controller.abort();
  }

  endSoon(): void {
    this.#hurried = true;
    this.found(this.best);
  }
}

async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function lastSeat(playing: Playing): number | null {
  return playing.kind === 'none' ? null : (playing.shown?.seat ?? null);
}

function noMove(facts: GameFacts | null, player: number): Trouble {
  const name = facts?.names[player] ?? `player ${player}`;
  return trouble(
    STUCK,
    `it is the turn of ${name}, but the program gives no legal action`,
    'Look at the report, change the program and check it again, or start a new match.',
  );
}
