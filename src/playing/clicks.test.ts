import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridTargets, heapTarget } from './clicks';

const sized = (rows: number, cols: number) => ({
  widths: Array.from({ length: rows }, () => cols),
  hint: {},
});

describe('gridTargets', () => {
  it('maps a cell to its action', () => {
    const { cells } = gridTargets(sized(3, 3), ['0,1', '2,2']);
    expect(cells.get('0,1')?.actions).toEqual(['0,1']);
    expect(cells.has('1,1')).toBe(false);
  });

  it('maps a move to two clicks', () => {
    const { moves, cells } = gridTargets(sized(8, 8), ['6,0-5,1', '6,0-5,0', 'move 1,1 to 2,2']);
    expect([...(moves.get('6,0')?.keys() ?? [])]).toEqual(['5,1', '5,0']);
    expect(moves.get('1,1')?.get('2,2')?.actions).toEqual(['move 1,1 to 2,2']);
    expect(cells.size).toBe(0);
  });

  it('maps a bare number to a column of the board only', () => {
    const { columns } = gridTargets(sized(6, 7), ['0', '6', '7', 'drop 3']);
    expect([...columns.keys()]).toEqual([0, 6, 3]);
  });

  it('asks back when a place means several actions', () => {
    const { cells } = gridTargets(sized(3, 3), ['x 1,1', 'o 1,1']);
    expect(cells.get('1,1')?.actions).toEqual(['x 1,1', 'o 1,1']);
  });

  it('offers nothing but legal actions', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 })), (legal) => {
        const { cells, columns, moves } = gridTargets(sized(5, 5), legal);
        const targets = [...cells.values(), ...columns.values()];
        for (const to of moves.values()) targets.push(...to.values());
        for (const { actions } of targets) {
          for (const action of actions) expect(legal).toContain(action);
        }
      }),
    );
  });
});

describe('heapTarget', () => {
  it('counts heaps from one and takes from the top', () => {
    const legal = ['take 1 from heap 1', 'take 2 from heap 2'];
    expect(heapTarget(1, 2, 2, legal)?.actions).toEqual(['take 2 from heap 2']);
    expect(heapTarget(0, 2, 2, legal)).toBeNull();
  });

  it('needs no heap number when there is one heap', () => {
    expect(heapTarget(0, 3, 1, ['take 3'])?.actions).toEqual(['take 3']);
    expect(heapTarget(0, 3, 2, ['take 3'])).toBeNull();
  });
});
