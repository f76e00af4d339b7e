/** The table as a person sees it: what is played, and everything they can do. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Services } from '../app/service-types';
import * as matches from './match';
import type { GameFacts, Match, Playing, Seat, Strength } from './match';
import { Table, type Players } from './table';

export interface PlayingState {
  readonly playing: Playing;
  /** The program on the table; null before there is one. */
  readonly facts: GameFacts | null;
  /** Who sits where, one a player, in this match and the next. */
  readonly seats: readonly Seat[];
  readonly strength: Strength;
  /** Puts a program on the table, with the match to go on with, or a new one for null. */
  readonly setGame: (players: Players, facts: GameFacts, match: Match | null) => void;
  readonly clear: () => void;
  readonly newMatch: () => void;
  readonly pick: (action: string) => void;
  readonly undo: () => void;
  readonly swapSeats: () => void;
  readonly setSeat: (player: number, who: Seat) => void;
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
      seats: [],
      strength: 'normal',
      setGame(players, facts, match) {
        table.setPlayers(players);
        if (match === null) {
          const { seats } = get();
          const kept = seats.length === facts.players ? seats : matches.seatsFor(facts.players, 0);
          set({ facts, seats: kept });
          begin(kept);
          return;
        }
        set({ facts, seats: match.seats, strength: match.strength });
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
    const { strength } = get();
    const fixed = { id: deps.newId(), seed: deps.newSeed(), startedAt: deps.now() };
    table.run({ ...fixed, strength, seats, moves: [] }, { keep: false });
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

type SeatCommand = 'newMatch' | 'swapSeats' | 'setSeat' | 'setStrength';

function seatCommands(
  table: Table,
  begin: (seats: readonly Seat[]) => void,
  set: Set,
  get: Get,
): Pick<PlayingState, SeatCommand> {
  /** Who sits where, changed in mid-match; a new match where that would show somebody else's cards. */
  const reseat = (seats: readonly Seat[]): void => {
    const { facts, playing } = get();
    set({ seats });
    if (facts === null || playing.kind === 'none') return;
    if (facts.hidden || playing.kind === 'over') begin(seats);
    else table.run({ ...playing.match, seats }, { keep: true });
  };
  return {
    newMatch() {
      const { facts, seats } = get();
      if (facts !== null) begin(seats);
    },
    swapSeats() {
      reseat(matches.swappedSeats(get().seats));
    },
    setSeat(player, who) {
      reseat(get().seats.map((now, seat) => (seat === player ? who : now)));
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
