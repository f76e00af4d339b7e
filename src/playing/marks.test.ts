import { describe, expect, it } from 'vitest';
import type { SearchStatistics } from '../runtime/protocol';
import { boardMarks, weigh } from './marks';

const found = (visits: Record<string, number>, best: string): SearchStatistics => ({
  simulations: 100,
  worlds: null,
  best,
  children: Object.entries(visits).map(([action, count]) => ({
    action,
    visits: count,
    value: 0.5,
    exact: false,
  })),
  principalVariation: [best],
  milliseconds: 1,
});

const empty = Array.from({ length: 3 }, () => ['', '', '']);

describe('marks of a search', () => {
  it('lie on the cells that actions name, with the share of the visits', () => {
    const statistics = found({ 'x(0,0)': 75, 'x(1,1)': 24.5, 'x(2,2)': 0.5 }, 'x(0,0)');
    const { badges, arrows } = boardMarks(empty, weigh(statistics), {});
    expect(badges.get('0,0')).toEqual({ share: 0.75, value: 0.5, best: true });
    expect(badges.get('1,1')).toMatchObject({ share: 0.245, best: false });
    expect(badges.has('2,2')).toBe(false);
    expect(arrows).toEqual([]);
  });

  it('add up where several actions mean one place', () => {
    const weighing = weigh(found({ 'x(0,0)_rotate_1_CW': 30, 'x(0,0)_rotate_2_CW': 70 }, ''));
    expect(boardMarks(empty, weighing, {}).badges.get('0,0')?.share).toBe(1);
  });

  it('lie where a piece falls', () => {
    const cells = [
      ['', ''],
      ['', ''],
      ['x', ''],
    ];
    const { badges } = boardMarks(cells, weigh(found({ o0: 60, o1: 40 }, 'o0')), {});
    expect([...badges.keys()]).toEqual(['1,0', '2,1']);
  });

  it('are arrows for moves, the best on top', () => {
    const visits = { 'a1-a2': 10, 'b1-b2': 60, 'c1-c2': 30 };
    const { arrows, badges } = boardMarks(empty, weigh(found(visits, 'c1-c2')), {});
    expect(arrows.map(({ from, to }) => `${from} ${to}`)).toEqual([
      '2,0 1,0',
      '2,1 1,1',
      '2,2 1,2',
    ]);
    expect(arrows.at(-1)?.best).toBe(true);
    expect(badges.size).toBe(0);
  });
});
