/** Which places on the board stand for which legal actions. Pure; only legal actions ever come out. */
import type { Shape } from './shapes';

/** A place that can be clicked, and the actions that it may mean (more than one asks back). */
export interface Target {
  readonly actions: readonly string[];
}

export interface GridTargets {
  /** Cells that mean actions at once, by "r,c". */
  readonly cells: ReadonlyMap<string, Target>;
  /** Whole columns, by column number. */
  readonly columns: ReadonlyMap<number, Target>;
  /** From-to moves: for each "r,c" to start from, where it may go. */
  readonly moves: ReadonlyMap<string, ReadonlyMap<string, Target>>;
}

const PAIR = /(?<![\d.])(\d{1,3})\s*,\s*(\d{1,3})(?![\d.])/g;
const COLUMN = /^(?:(?:drop|column|col|in|play)[\s:]*)*(\d{1,3})$/i;
const TAKE = /^(?:take|remove)\s+(\d{1,4})(?:\s+from\s+(?:heap|pile)\s+(\d{1,3}))?$/i;

function add<K>(map: Map<K, Target>, key: K, action: string): void {
  map.set(key, { actions: [...(map.get(key)?.actions ?? []), action] });
}

function cellsIn(action: string, rows: number, cols: number): string[] {
  const found: string[] = [];
  for (const match of action.matchAll(PAIR)) {
    const [r, c] = [Number(match[1]), Number(match[2])];
    if (r < rows && c < cols) found.push(`${r},${c}`);
  }
  return found;
}

export function gridTargets(rows: number, cols: number, legal: readonly string[]): GridTargets {
  const cells = new Map<string, Target>();
  const columns = new Map<number, Target>();
  const moves = new Map<string, Map<string, Target>>();
  for (const action of legal) {
    const named = cellsIn(action, rows, cols);
    const from = named[0];
    const to = named.at(-1);
    if (from !== undefined && to !== undefined && named.length > 1) {
      const targets = moves.get(from) ?? new Map<string, Target>();
      add(targets, to, action);
      moves.set(from, targets);
    } else if (from !== undefined) {
      add(cells, from, action);
    } else {
      const column = COLUMN.exec(action)?.[1];
      if (column !== undefined && Number(column) < cols) add(columns, Number(column), action);
    }
  }
  return { cells, columns, moves };
}

/** The actions that taking `count` objects from heap number `heap` (0-based) may mean. */
export function heapTarget(
  heap: number,
  count: number,
  heaps: number,
  legal: readonly string[],
): Target | null {
  const actions = legal.filter((action) => {
    const match = TAKE.exec(action);
    if (match === null || Number(match[1]) !== count) return false;
    // Action strings count heaps from 1; an unnamed heap is the only one.
    return match[2] === undefined ? heaps === 1 : Number(match[2]) === heap + 1;
  });
  return actions.length === 0 ? null : { actions };
}

/** True when some shape of the view takes the clicks of these actions. */
export function isClickable(shape: Shape, legal: readonly string[]): boolean {
  if (shape.kind === 'grid') {
    const targets = gridTargets(shape.cells.length, shape.cells[0]?.length ?? 0, legal);
    return targets.cells.size + targets.columns.size + targets.moves.size > 0;
  }
  return shape.kind === 'heaps' && legal.some((action) => TAKE.test(action));
}
