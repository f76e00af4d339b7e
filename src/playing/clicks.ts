/** Which places on the board stand for which legal actions. Pure; only legal actions ever come out. */
import { placesIn, type Geometry } from './coordinates';
import { NO_HINT, type BoardHint } from './hint';
import { isEmptyCell } from './pieces';
import type { Cell, Shape } from './shapes';

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

const COLUMN = /^(?:(?:drop|column|col|in|play|x|o)[\s:_]*)*(\d{1,3})$/i;
const STEPS: Record<string, readonly [number, number]> = {
  up: [-1, 0],
  down: [1, 0],
  left: [0, -1],
  right: [0, 1],
  stay: [0, 0],
};
const TAKE = /^(?:take|remove)\s+(\d{1,4})(?:\s+from\s+(?:heap|pile)\s+(\d{1,3}))?$/i;

function add<K>(map: Map<K, Target>, key: K, action: string): void {
  map.set(key, { actions: [...(map.get(key)?.actions ?? []), action] });
}

/** "Up", "Left" and the like, where the board shows a single piece: the cells that it steps to. */
function stepTargets(board: readonly (readonly Cell[])[], legal: readonly string[]) {
  const cells = new Map<string, Target>();
  const taken = board.flatMap((row, r) =>
    row.flatMap((cell, c) => (isEmptyCell(cell) ? [] : [[r, c] as const])),
  );
  const [at] = taken;
  if (at === undefined || taken.length > 1) return cells;
  for (const action of legal) {
    const step = STEPS[action.toLowerCase()];
    if (step !== undefined) add(cells, `${at[0] + step[0]},${at[1] + step[1]}`, action);
  }
  return cells;
}

export function boardTargets(
  board: readonly (readonly Cell[])[],
  legal: readonly string[],
  hint: BoardHint = NO_HINT,
): GridTargets {
  const targets = gridTargets({ widths: board.map((row) => row.length), hint }, legal);
  return targets.cells.size + targets.moves.size + targets.columns.size > 0
    ? targets
    : { ...targets, cells: stepTargets(board, legal) };
}

export function gridTargets(geometry: Geometry, legal: readonly string[]): GridTargets {
  const cells = new Map<string, Target>();
  const columns = new Map<number, Target>();
  const moves = new Map<string, Map<string, Target>>();
  const cols = Math.max(0, ...geometry.widths);
  for (const action of legal) {
    const named = placesIn(action, geometry);
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

/** The actions that name a card of one's own hand; a card that its holder cannot see is named by its place. */
export function cardTarget(
  card: string | null,
  place: number,
  legal: readonly string[],
): Target | null {
  const said = card ?? String(place);
  const actions = legal.filter((action) => {
    const words = action.split(/[^a-z0-9]+/i);
    return words.length === 2 && words[1] === said;
  });
  return actions.length === 0 ? null : { actions };
}

/** The plays of a whole turn that begin at a point: "13/7,7/2", "bar/22". */
export function pointTarget(point: string, legal: readonly string[]): Target | null {
  const actions = legal.filter((action) => action.startsWith(`${point}/`));
  return actions.length === 0 ? null : { actions };
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

function targetsOf(shape: Shape, legal: readonly string[], hint: BoardHint): (Target | null)[] {
  if (shape.kind === 'grid') {
    const { cells, columns, moves } = boardTargets(shape.cells, legal, hint);
    const destinations = [...moves.values()].flatMap((to) => [...to.values()]);
    return [...cells.values(), ...columns.values(), ...destinations];
  }
  if (shape.kind === 'points') {
    return shape.counts.map((_, index) => pointTarget(String(index + 1), legal));
  }
  if (shape.kind === 'hands') {
    return shape.hands.flat().map((card, index) => cardTarget(card, index, legal));
  }
  if (shape.kind !== 'heaps') return [];
  return shape.sizes.flatMap((size, heap) =>
    Array.from({ length: size }, (_, index) =>
      heapTarget(heap, index + 1, shape.sizes.length, legal),
    ),
  );
}

/** The actions that a click on some shape of the view can mean. */
function clickable(
  shapes: readonly Shape[],
  legal: readonly string[],
  hint: BoardHint,
): Set<string> {
  const targets = shapes.flatMap((shape) => targetsOf(shape, legal, hint));
  return new Set(targets.flatMap((target) => target?.actions ?? []));
}

/** More actions than these are left to the list. */
const MOST_BESIDE = 12;

/** What can be done without a click on the view: passes, castling by its name. Empty where nothing can be clicked. */
export function besideBoard(
  shapes: readonly Shape[],
  legal: readonly string[],
  hint: BoardHint,
): string[] {
  const clicked = clickable(shapes, legal, hint);
  if (clicked.size === 0) return [];
  const beside = legal.filter(
    (action) => !clicked.has(action) || hint.places?.[action] !== undefined,
  );
  return beside.length > MOST_BESIDE ? [] : beside;
}

/** More actions than these are a list, not a choice between cards. */
const MOST_CHOICES = 8;

/** Whether the legal actions are a choice of a few with no place of their own: they are then drawn as cards. */
export function isChoice(
  shapes: readonly Shape[],
  legal: readonly string[],
  hint: BoardHint,
): boolean {
  return (
    legal.length > 0 && legal.length <= MOST_CHOICES && clickable(shapes, legal, hint).size === 0
  );
}
