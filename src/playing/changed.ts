/** What changed between two views of one board. Pure. */
import type { Json } from '../runtime/protocol';
import { asHexBoard, asMatrix, isObject, type Cell } from './shapes';

/** The cells, as "r,c", that differ between two views of the same board. */
export function changedCells(
  before: Json,
  key: string,
  cells: readonly (readonly Cell[])[],
  owner?: number,
) {
  const changed = new Set<string>();
  const value = isObject(before) ? (before[key] ?? null) : null;
  const board = owner !== undefined && Array.isArray(value) ? (value[owner] ?? null) : value;
  const old = asMatrix(board) ?? asHexBoard(board);
  if (old === null || old.length !== cells.length) return changed;
  cells.forEach((row, r) => {
    row.forEach((cell, c) => {
      if (old[r]?.[c] !== cell) changed.add(`${r},${c}`);
    });
  });
  return changed;
}
