import { describe, expect, it } from 'vitest';
import { changedCells } from './changed';
import { keyInWords, marks, recognise } from './shapes';

const NAMES = ['Ann', 'Bob'];
const kinds = (view: Parameters<typeof recognise>[0], names = NAMES) =>
  recognise(view, names).map((shape) => shape.kind);

describe('recognise', () => {
  it('draws equally long lists as a grid and leaves out what is said elsewhere', () => {
    const board = [
      ['', 'x'],
      ['o', ''],
    ];
    expect(recognise({ turn: 0, rewards: [0, 0], board }, NAMES)).toEqual([
      { kind: 'grid', key: 'board', cells: board },
    ]);
  });

  it('knows heaps, dice, scores and a pot', () => {
    expect(recognise({ heaps: [3, 4, 5] }, NAMES)).toEqual([
      { kind: 'heaps', key: 'heaps', sizes: [3, 4, 5] },
    ]);
    expect(recognise({ scores: [0, 12], pot: 7, dice: [3] }, NAMES)).toEqual([
      { kind: 'dice', key: 'dice', values: [3] },
      { kind: 'tally', rows: [{ key: 'scores', values: [0, 12] }] },
      { kind: 'facts', facts: [{ key: 'pot', value: '7' }] },
    ]);
  });

  it('shows a hand a player, hidden cards face down', () => {
    const [hands] = recognise(
      { hands: ['K', null], bets: [1, 1], betting: ['check', 'bet'] },
      NAMES,
    );
    expect(hands).toEqual({ kind: 'hands', key: 'hands', hands: [['K'], [null]], shared: false });
    expect(
      recognise(
        {
          hands: [
            ['?', 'A'],
            ['2', '3'],
          ],
        },
        NAMES,
      )[0],
    ).toMatchObject({
      hands: [
        [null, 'A'],
        ['2', '3'],
      ],
    });
  });

  it('does not take a betting sequence for one value a player', () => {
    expect(kinds({ bets: [1, 2], betting: ['check', 'bet'] })).toEqual(['tally', 'facts']);
  });

  it('shows the choices of past rounds as rounds, even when they would make a grid', () => {
    const view = { scores: [1, -1], played: [['a', 'b']], picks: [null, null] };
    expect(kinds(view)).toEqual(['choices', 'tally', 'rounds']);
    expect(kinds({ table: [['rock', 'paper']] })).toEqual(['rounds']);
  });

  it('says which player a number stands for, where the key says that it is one', () => {
    expect(recognise({ roller: 1 }, NAMES)).toEqual([
      { kind: 'facts', facts: [{ key: 'roller', value: 'Bob' }] },
    ]);
  });

  it('shows what it does not know as a tree, and survives any JSON', () => {
    expect(kinds({ deep: { a: { b: [1, [2]] } } })).toEqual(['tree']);
    expect(kinds(null)).toEqual(['facts']);
    expect(kinds([])).toEqual(['facts']);
    expect(kinds('x')).toEqual(['facts']);
    expect(kinds({ board: [[]], ragged: [[1], [1, 2], []] })).toEqual(['tree', 'tree']);
    expect(kinds({ hands: [], dice: [], heaps: [] })).toEqual(['dice', 'facts']);
  });
});

describe('helpers', () => {
  it('finds the cells that changed', () => {
    const before = { board: [['', 'x']] };
    expect([...changedCells(before, 'board', [['o', 'x']])]).toEqual(['0,0']);
    expect(changedCells(null, 'board', [['o']]).size).toBe(0);
  });

  it('gives x to the first of two players on a board of x and o only', () => {
    expect(marks({ board: [['', 'x']] }, 2)).toEqual(['x', 'o']);
    expect(marks({ board: [['', 'K']] }, 2)).toEqual([]);
    expect(marks({ heaps: [3] }, 2)).toEqual([]);
  });

  it('says keys as words', () => {
    expect(keyInWords('betting_round')).toBe('Betting round');
  });
});
