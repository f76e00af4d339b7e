import { describe, expect, it } from 'vitest';
import type { Position } from '../runtime/protocol';
import { reducePlaying, seatsFor, swappedSeats, undone, type Match, type Playing } from './match';
import { resultInWords } from './words';

const match: Match = {
  id: 'm',
  opponent: 'search',
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
    expect(seatsFor('search', 3, 1)).toEqual(['search', 'human', 'search']);
    expect(seatsFor('friend', 2, 0)).toEqual(['human', 'human']);
  });

  it('swaps by one seat', () => {
    expect(swappedSeats({ ...match, seats: ['human', 'search', 'search'] })).toEqual([
      'search',
      'human',
      'search',
    ]);
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
