/** What a search found, as marks on the board: a share of the visits for each place or from-to move. Pure. */
import { createContext } from 'react';
import type { SearchStatistics } from '../runtime/protocol';
import { boardTargets, type Target } from './clicks';
import type { BoardHint } from './hint';
import { isEmptyCell } from './pieces';
import type { Cell } from './shapes';

export interface Mark {
  /** Of all visits, 0 to 1. */
  readonly share: number;
  /** Mean reward of the searching player, weighted by the visits. */
  readonly value: number;
  /** Whether the best action is one of these. */
  readonly best: boolean;
}

export interface Arrow extends Mark {
  /** Places as "r,c". */
  readonly from: string;
  readonly to: string;
}

export interface BoardMarks {
  /** By place, "r,c". */
  readonly badges: ReadonlyMap<string, Mark>;
  /** The most visited moves, the best last, so that it lies on top. */
  readonly arrows: readonly Arrow[];
}

/** Weighs actions by a search. */
export interface Weighing {
  readonly actions: readonly string[];
  readonly mark: (actions: readonly string[]) => Mark | null;
}

/** The weighing of the position on the table; null where there is none, or it may not be seen. */
export const WeighingContext = createContext<Weighing | null>(null);

/** Smaller shares are not drawn: there would be a mark on every place. */
const SMALLEST = 0.01;
const MOST_ARROWS = 5;

export function weigh({ children, best }: SearchStatistics): Weighing {
  const total = children.reduce((sum, { visits }) => sum + visits, 0);
  const byAction = new Map(children.map((child) => [child.action, child]));
  const mark = (actions: readonly string[]): Mark | null => {
    const found = actions.flatMap((action) => byAction.get(action) ?? []);
    const visits = found.reduce((sum, one) => sum + one.visits, 0);
    if (visits === 0 || visits / total < SMALLEST) return null;
    const value = found.reduce((sum, one) => sum + one.visits * one.value, 0) / visits;
    return { share: visits / total, value, best: best !== null && actions.includes(best) };
  };
  return { actions: children.map(({ action }) => action), mark };
}

/** Where a piece that is dropped into a column comes to lie. */
function landing(cells: readonly (readonly Cell[])[], column: number): number {
  const taken = cells.findIndex((row) => !isEmptyCell(row[column] ?? null));
  return Math.max(0, (taken === -1 ? cells.length : taken) - 1);
}

export function boardMarks(
  cells: readonly (readonly Cell[])[],
  { actions, mark }: Weighing,
  hint: BoardHint,
): BoardMarks {
  const targets = boardTargets(cells, actions, hint);
  const badges = new Map<string, Mark>();
  const add = (place: string, { actions: these }: Target): void => {
    const found = mark(these);
    if (found !== null) badges.set(place, found);
  };
  for (const [place, target] of targets.cells) add(place, target);
  for (const [column, target] of targets.columns)
    add(`${landing(cells, column)},${column}`, target);
  const arrows: Arrow[] = [];
  for (const [from, moves] of targets.moves) {
    for (const [to, target] of moves) {
      const found = mark(target.actions);
      if (found !== null) arrows.push({ from, to, ...found });
    }
  }
  const rank = ({ best, share }: Arrow): number => (best ? 2 : share);
  arrows.sort((a, b) => rank(b) - rank(a));
  return { badges, arrows: arrows.slice(0, MOST_ARROWS).reverse() };
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
