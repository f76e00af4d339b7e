import { describe, expect, it } from 'vitest';
import type { Position } from '../runtime/protocol';
import {
  CHANCE,
  mayReveal,
  mustPass,
  openThought,
  OVER,
  reducePlaying,
  seatsFor,
  swappedSeats,
  undone,
  viewerOf,
  type Match,
  type Playing,
} from './match';
import { resultInWords } from './words';

const match: Match = {
  id: 'm',
  strength: 'normal',
  seats: ['human', 'search'],
  seed: 1,
  moves: [],
  startedAt: 0,
};
const position = (actions: string[], view: string): Position => ({
  actions,
  player: 0,
  names: ['Ann', 'Bob'],
  legal: ['a'],
  rewards: [0, 0],
  view,
});

describe('seats', () => {
  it('puts the search into every seat but one', () => {
    expect(seatsFor(3, 1)).toEqual(['search', 'human', 'search']);
  });

  it('swaps by one seat', () => {
    expect(swappedSeats(['human', 'search', 'search'])).toEqual(['search', 'human', 'search']);
  });
});

describe('who looks at the table', () => {
  const of = (...seats: Match['seats']) => ({ ...match, seats });
  const hidden = { hidden: true };

  it('is the one person, whoever is to move', () => {
    for (const player of [0, 1, CHANCE, OVER]) {
      expect(viewerOf(of('search', 'human'), hidden, player, null)).toEqual({
        kind: 'seat',
        seat: 1,
      });
      expect(mustPass(of('search', 'human'), hidden, player, null)).toBe(false);
    }
  });

  it('is everybody where only the search plays', () => {
    expect(viewerOf(of('search', 'search'), hidden, 0, null)).toEqual({ kind: 'everything' });
  });

  it('is the next of several persons only after the device was passed on', () => {
    const three = of('human', 'search', 'human');
    expect(mustPass(three, hidden, 2, 0)).toBe(true);
    expect(mustPass(three, hidden, 2, 2)).toBe(false);
    expect(mustPass(three, hidden, 1, 0)).toBe(false);
    expect(mustPass(three, { hidden: false }, 2, 0)).toBe(false);
    // While the search moves the last one still looks; after a reload nobody does.
    expect(viewerOf(three, hidden, 1, 0)).toEqual({ kind: 'seat', seat: 0 });
    expect(viewerOf(three, hidden, 1, null)).toEqual({ kind: 'nobody' });
    expect(viewerOf(three, { hidden: false }, 1, null)).toEqual({ kind: 'seat', seat: 0 });
  });

  it('sees the thoughts of the own seat alone, until the end', () => {
    const thought = {
      player: 1,
      at: 0,
      workers: 1,
      statistics: {
        simulations: 1,
        worlds: null,
        best: 'a',
        children: [],
        principalVariation: [],
        milliseconds: 1,
      },
    };
    const shown = { position: position([], 'one'), seat: 0, before: null };
    const playing: Playing = { kind: 'awaiting', match, shown, thought };
    expect(openThought(playing, hidden)).toBeNull();
    expect(openThought(playing, { hidden: false })).toBe(thought);
    expect(openThought({ ...playing, thought: { ...thought, player: 0 } }, hidden)).not.toBeNull();
    expect(openThought({ ...playing, kind: 'over' }, hidden)).toBe(thought);
    expect(mayReveal(playing, hidden)).toBe(false);
    expect(mayReveal({ ...playing, kind: 'over' }, hidden)).toBe(true);
  });
});

describe('undone', () => {
  it('goes back to before the last decision of a person', () => {
    const moves = [
      { action: 'rolled 3', player: -1 },
      { action: 'a', player: 0 },
      { action: 'b', player: 1 },
      { action: 'rolled 1', player: -1 },
    ];
    expect(undone({ ...match, moves })).toEqual(moves.slice(0, 1));
  });

  it('is nothing when only the search has moved', () => {
    expect(undone({ ...match, moves: [{ action: 'b', player: 1 }] })).toBeNull();
  });
});

describe('reducePlaying', () => {
  const begun = reducePlaying({ kind: 'none' }, { type: 'match', match, keep: false });

  it('remembers the view before for the same seat, forwards only', () => {
    const first = reducePlaying(begun, { type: 'shown', position: position([], 'one'), seat: 0 });
    const second = reducePlaying(first, {
      type: 'shown',
      position: position(['a'], 'two'),
      seat: 0,
    });
    expect(second).toMatchObject({ shown: { before: 'one' } });
    const back = reducePlaying(second, { type: 'shown', position: position([], 'one'), seat: 0 });
    expect(back).toMatchObject({ shown: { before: null } });
    const other = reducePlaying(second, {
      type: 'shown',
      position: position(['a', 'b'], 'three'),
      seat: 1,
    });
    expect(other).toMatchObject({ shown: { before: null } });
  });

  it('takes the board away when the device is passed on', () => {
    const shown = reducePlaying(begun, { type: 'shown', position: position([], 'one'), seat: 0 });
    const passing: Playing = reducePlaying(shown, { type: 'pass', to: 1 });
    expect(passing).toMatchObject({ kind: 'passing', shown: null, thought: null, to: 1 });
  });

  it('ignores what comes after the table was cleared', () => {
    const cleared = reducePlaying(begun, { type: 'clear' });
    expect(reducePlaying(cleared, { type: 'over' })).toEqual({ kind: 'none' });
  });
});

describe('resultInWords', () => {
  it('names the winner', () => {
    expect(resultInWords([1, -1], ['Ann', 'Bob'], 0)).toBe('You win as Ann: Ann +1, Bob −1.');
    expect(resultInWords([1, -1], ['Ann', 'Bob'], 1)).toBe(
      'The search wins as Ann: Ann +1, Bob −1.',
    );
    expect(resultInWords([0, 3, 3], ['A', 'B', 'C'], null)).toBe(
      'B and C share the win: A 0, B +3, C +3.',
    );
    expect(resultInWords([0, 0], ['Ann', 'Bob'], 0)).toBe('A draw: Ann 0, Bob 0.');
  });
});
