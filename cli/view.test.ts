import { expect, it } from 'vitest';
import { viewText } from './view';

it('shows grids with the numbers of their rows and columns', () => {
  const view = {
    board: [
      ['x', ''],
      ['', null],
      ['o', 10],
    ],
    turn: 1,
    hands: { own: ['K'], other: [] },
  };
  expect(viewText(view).split('\n')).toEqual([
    '  board:',
    '        0  1',
    '    0   x  .',
    '    1   .  .',
    '    2   o 10',
    '  turn: 1',
    '  hands: own K, other none',
  ]);
});

it('shows what is no grid as it is', () => {
  expect(viewText([1, 2])).toBe('  1 2');
  expect(viewText({ rows: [[1, 2], [3]], none: null })).toBe('  rows: 1 2 3\n  none: -');
});
