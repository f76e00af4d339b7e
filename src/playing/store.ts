/** Playing a match: asks the runtime for chance, positions and the search's moves, one step after another. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isAbort, trouble, troubleFrom } from '../app/trouble';
import type { Services } from '../app/service-types';
import type { Position } from '../runtime/protocol';
import type { ProgramSession } from '../runtime/runtime';
import * as matches from './match';
import type { GameFacts, Match, Move, Opponent, Playing, PlayingEvent, Strength } from './match';

export interface PlayingState {
  readonly playing: Playing;
  /** The program on the table; null before there is one. */
  readonly facts: GameFacts | null;
  /** What the next match will be. */
  readonly opponent: Opponent;
  readonly strength: Strength;
  /** Puts a program on the table, with the match to go on with, or a new one for null. */
  readonly setGame: (session: ProgramSession, facts: GameFacts, match: Match | null) => void;
  readonly clear: () => void;
  readonly newMatch: () => void;
  readonly pick: (action: string) => void;
  readonly undo: () => void;
  readonly swapSeats: () => void;
  readonly setOpponent: (opponent: Opponent) => void;
  readonly setStrength: (strength: Strength) => void;
  /** The player whose turn it is has the device. */
  readonly takeDevice: () => void;
  /** Searches for the person's own move and shows the statistics; makes no move. */
  readonly hint: () => void;
  /** Ends the search's thinking: it plays the best move that it has found. */
  readonly moveNow: () => void;
}

export type PlayingStore = StoreApi<PlayingState>;
type Deps = Pick<Services, 'now' | 'newId' | 'newSeed'>;

export function createPlayingStore(deps: Deps): PlayingStore {
  return createStore<PlayingState>((set, get) => {
    const table = createTable((event) => {
      set((state) => ({ playing: matches.reducePlaying(state.playing, event) }));
    }, get);

    const begin = (seats: readonly matches.Seat[]): void => {
      const { opponent, strength } = get();
      const match: Match = {
        id: deps.newId(),
        opponent,
        strength,
        seats,
        seed: deps.newSeed(),
        moves: [],
        startedAt: deps.now(),
      };
      table.run(match, { keep: false });
    };
    /** Who sits where, changed in mid-match; a new match where that would show somebody else's cards. */
    const reseat = (seats: readonly matches.Seat[]): void => {
      const { playing, facts, opponent } = get();
      if (playing.kind === 'none' || facts === null) return;
      if (facts.hidden || playing.kind === 'over') begin(seats);
      else table.run({ ...playing.match, opponent, seats }, { keep: true });
    };

    return {
      playing: { kind: 'none' },
      facts: null,
      opponent: 'search',
      strength: 'normal',

      setGame(session, facts, match) {
        table.setSession(session);
        if (match === null) {
          set({ facts });
          begin(matches.seatsFor(get().opponent, facts.players, 0));
          return;
        }
        set({ facts, opponent: match.opponent, strength: match.strength });
        table.run(match, { keep: false });
      },
      clear() {
        table.stop();
        set({ facts: null, playing: { kind: 'none' } });
      },
      newMatch() {
        const { playing, facts, opponent } = get();
        if (facts === null) return;
        const seat = playing.kind === 'none' ? 0 : matches.humanSeat(playing.match);
        begin(matches.seatsFor(opponent, facts.players, seat));
      },
      pick(action) {
        const { playing } = get();
        if (playing.kind !== 'awaiting' || !playing.shown.position.legal.includes(action)) return;
        const move: Move = { action, player: playing.shown.position.player };
        table.run({ ...playing.match, moves: [...playing.match.moves, move] }, { keep: true });
      },
      undo() {
        const { playing } = get();
        if (playing.kind === 'none') return;
        const moves = matches.undone(playing.match);
        if (moves !== null) table.run({ ...playing.match, moves }, { keep: true });
      },
      swapSeats() {
        const { playing } = get();
        if (playing.kind !== 'none') reseat(matches.swappedSeats(playing.match));
      },
      setOpponent(opponent) {
        const { facts, playing } = get();
        set({ opponent });
        if (facts === null || playing.kind === 'none') return;
        reseat(matches.seatsFor(opponent, facts.players, matches.humanSeat(playing.match)));
      },
      setStrength(strength) {
        const { playing } = get();
        set({ strength });
        if (playing.kind === 'none' || playing.kind === 'over') return;
        // While the search thinks the change is for its next move; otherwise nothing has to run again.
        set({ playing: { ...playing, match: { ...playing.match, strength } } });
      },
      takeDevice() {
        const { playing } = get();
        if (playing.kind === 'passing') table.take(playing.match, playing.to);
      },
      hint() {
        const { playing } = get();
        if (playing.kind === 'awaiting') table.hint(playing.match, playing.shown.position.player);
      },
      moveNow() {
        table.moveNow();
      },
    };
  });
}

/** The one flow that is running on the table; a new one ends it. */
function createTable(dispatch: (event: PlayingEvent) => void, get: () => PlayingState) {
  let session: ProgramSession | null = null;
  let flow = new AbortController();
  let thinking: AbortController | null = null;

  const matchNow = (): Match | null => {
    const { playing } = get();
    return playing.kind === 'none' ? null : playing.match;
  };

  /** Chance, then the position that the viewer may see; returns it. */
  async function settle(
    on: ProgramSession,
    match: Match,
    signal: AbortSignal,
    seen: number | null,
  ) {
    const before = matches.actionsOf(match);
    const { actions } = await on.call('advance', { actions: before, seed: match.seed }, { signal });
    signal.throwIfAborted();
    const chance = actions.slice(before.length);
    if (chance.length > 0) {
      const moves = chance.map((action) => ({ action, player: matches.CHANCE }));
      dispatch({ type: 'chance', moves });
    }
    let seat = matches.viewer(match, -1, seen);
    let position = await on.call('position', { actions, seat }, { signal });
    const due = matches.viewer(match, position.player, seat);
    if (due !== seat) {
      seat = due;
      position = await on.call('position', { actions, seat }, { signal });
    }
    return { position, seat };
  }

  async function think(on: ProgramSession, match: Match, player: number, signal: AbortSignal) {
    const at = match.moves.length;
    thinking = new AbortController();
    const ended = AbortSignal.any([signal, thinking.signal]);
    let best: string | null = null;
    try {
      const result = await on.call(
        'search',
        {
          actions: matches.actionsOf(match),
          seed: (match.seed + at) % 2 ** 31,
          ...matches.STRENGTHS[match.strength],
        },
        {
          signal: ended,
          onProgress: (statistics) => {
            if (ended.aborted) return;
            best = statistics.best;
            dispatch({ type: 'statistics', thought: { statistics, player, at } });
          },
        },
      );
      dispatch({ type: 'statistics', thought: { statistics: result, player, at } });
      return result.best;
    } catch (error) {
      // "Move now" ends the search alone: what it has found so far counts.
      if (isAbort(error) && !signal.aborted && best !== null) return best;
      throw error;
    } finally {
      thinking = null;
    }
  }

  /** Plays on until a person has to act or the game is over. */
  async function play(on: ProgramSession, signal: AbortSignal): Promise<void> {
    let seen: number | null = lastSeat(get().playing);
    for (;;) {
      const match = matchNow();
      if (match === null) return;
      const { position, seat } = await settle(on, match, signal, seen);
      signal.throwIfAborted();
      const passing = mustPass(match, position, get().facts, seen);
      if (passing) {
        dispatch({ type: 'pass', to: position.player });
        return;
      }
      dispatch({ type: 'shown', position, seat });
      seen = seat;
      if (position.player === matches.OVER) {
        dispatch({ type: 'over' });
        return;
      }
      if (match.seats[position.player] !== 'search') {
        dispatch({ type: 'await' });
        return;
      }
      dispatch({ type: 'think', player: position.player });
      const action = await think(on, matchNow() ?? match, position.player, signal);
      signal.throwIfAborted();
      if (action === null) {
        dispatch({ type: 'broken', trouble: noMove(position) });
        return;
      }
      dispatch({ type: 'move', move: { action, player: position.player } });
    }
  }

  function guarded(what: string, work: (on: ProgramSession, signal: AbortSignal) => Promise<void>) {
    flow.abort();
    flow = new AbortController();
    const { signal } = flow;
    if (session === null) return;
    work(session, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      dispatch({ type: 'broken', trouble: troubleFrom(error, what) });
    });
  }

  return {
    setSession(next: ProgramSession) {
      session = next;
    },
    stop() {
      flow.abort();
      session = null;
    },
    run(match: Match, { keep }: { keep: boolean }) {
      guarded('The match cannot go on', (on, signal) => {
        dispatch({ type: 'match', match, keep });
        return play(on, signal);
      });
    },
    take(match: Match, to: number) {
      guarded('The match cannot go on', async (on, signal) => {
        const params = { actions: matches.actionsOf(match), seat: to };
        const position = await on.call('position', params, { signal });
        signal.throwIfAborted();
        dispatch({ type: 'shown', position, seat: to });
        dispatch({ type: 'await' });
      });
    },
    hint(match: Match, player: number) {
      guarded('The search cannot give a hint', async (on, signal) => {
        dispatch({ type: 'think', player });
        await think(on, match, player, signal);
        signal.throwIfAborted();
        dispatch({ type: 'await' });
      });
    },
    moveNow() {
      thinking?.abort();
    },
  };
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

function noMove(position: Position) {
  const name = position.names[position.player] ?? `player ${position.player}`;
  return trouble(
    'The match cannot go on',
    `it is the turn of ${name}, but the program gives no legal action`,
    'Look at the report, change the program and check it again, or start a new match.',
  );
}
