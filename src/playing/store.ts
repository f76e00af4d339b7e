/** The table as a person sees it: what is played, and everything they can do. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Services } from '../app/service-types';
import type { ProgramSession } from '../runtime/runtime';
import * as matches from './match';
import type { GameFacts, Match, Opponent, Playing, Seat, Strength } from './match';
import { Table } from './table';

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
type Get = PlayingStore['getState'];
type Set = PlayingStore['setState'];

export function createPlayingStore(deps: Deps): PlayingStore {
  return createStore<PlayingState>((set, get) => {
    const table = new Table((event) => {
      set((state) => ({ playing: matches.reducePlaying(state.playing, event) }));
    }, get);
    const begin = beginner(deps, table, get);
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
      ...moveCommands(table, get),
      ...seatCommands(table, begin, set, get),
    };
  });
}

/** Starts a new match with these seats. */
function beginner(deps: Deps, table: Table, get: Get) {
  return (seats: readonly Seat[]): void => {
    const { opponent, strength } = get();
    const fixed = { id: deps.newId(), seed: deps.newSeed(), startedAt: deps.now() };
    table.run({ ...fixed, opponent, strength, seats, moves: [] }, { keep: false });
  };
}

type MoveCommand = 'pick' | 'undo' | 'takeDevice' | 'hint' | 'moveNow';

function moveCommands(table: Table, get: Get): Pick<PlayingState, MoveCommand> {
  return {
    pick(action) {
      const { playing } = get();
      if (playing.kind !== 'awaiting' || !playing.shown.position.legal.includes(action)) return;
      const move = { action, player: playing.shown.position.player };
      table.run({ ...playing.match, moves: [...playing.match.moves, move] }, { keep: true });
    },
    undo() {
      const { playing } = get();
      if (playing.kind === 'none') return;
      const moves = matches.undone(playing.match);
      if (moves !== null) table.run({ ...playing.match, moves }, { keep: true });
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
}

type SeatCommand = 'newMatch' | 'swapSeats' | 'setOpponent' | 'setStrength';

function seatCommands(
  table: Table,
  begin: (seats: readonly Seat[]) => void,
  set: Set,
  get: Get,
): Pick<PlayingState, SeatCommand> {
  /** Who sits where, changed in mid-match; a new match where that would show somebody else's cards. */
  const reseat = (match: Match, facts: GameFacts, seats: readonly Seat[]): void => {
    const { opponent, playing } = get();
    if (facts.hidden || playing.kind === 'over') begin(seats);
    else table.run({ ...match, opponent, seats }, { keep: true });
  };
  return {
    newMatch() {
      const { playing, facts, opponent } = get();
      if (facts === null) return;
      const seat = playing.kind === 'none' ? 0 : matches.humanSeat(playing.match);
      begin(matches.seatsFor(opponent, facts.players, seat));
    },
    swapSeats() {
      const { playing, facts } = get();
      if (playing.kind === 'none' || facts === null) return;
      reseat(playing.match, facts, matches.swappedSeats(playing.match));
    },
    setOpponent(opponent) {
      const { facts, playing } = get();
      set({ opponent });
      if (facts === null || playing.kind === 'none') return;
      const seat = matches.humanSeat(playing.match);
      reseat(playing.match, facts, matches.seatsFor(opponent, facts.players, seat));
    },
    setStrength(strength) {
      const { playing } = get();
      set({ strength });
      if (playing.kind === 'none' || playing.kind === 'over') return;
      // While the search thinks the change is for its next move: nothing has to run again.
      set({ playing: { ...playing, match: { ...playing.match, strength } } });
    },
  };
}
