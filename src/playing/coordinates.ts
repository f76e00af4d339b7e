/** How actions name the places of a board: "2,3", "fire_2_3", "e2-e4", "h_0_1". Pure; knows no game. */
import { gridStyle, type BoardHint } from './hint';

export interface Geometry {
  /** Number of cells in each row, the top row first. */
  readonly widths: readonly number[];
  readonly hint: BoardHint;
}

const PAIR = /(?<![\d.])(\d{1,3})\s*,\s*(\d{1,3})(?![\d.])/g;
/** Numbers after a word: "move_4_3_3_2". */
const TAIL = /^[a-z]+_(\d{1,3}(?:_\d{1,3})+)$/i;
const SQUARE = /(?<=^|[^a-z0-9]|\dx)([a-z])(\d{1,2})(?=$|[^a-z0-9]|x)/gi;
const EDGE = /^([hv])_(\d{1,3})_(\d{1,3})$/;

const isSquare = (widths: readonly number[]) => widths.every((width) => width === widths[0]);

/** The column number of the first cell of a row: rows above the widest one of a hex board begin later. */
export function firstColumn(widths: readonly number[], row: number): number {
  const widest = Math.max(...widths);
  const width = widths[row] ?? 0;
  return row < widths.indexOf(widest) ? widest - width : 0;
}

export function letterOf(column: number): string {
  return String.fromCharCode(97 + column);
}

function pairs(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    found.push([numbers[index] ?? -1, numbers[index + 1] ?? -1]);
  }
  return found;
}

function squares(action: string, widths: readonly number[]): [number, number][] {
  return [...action.matchAll(SQUARE)].map(([, letter = '', number]) => {
    const column = letter.toLowerCase().charCodeAt(0) - 97;
    // The first rank of a rectangular board is at the bottom; rows of a hex board count from the top.
    if (isSquare(widths)) return [widths.length - Number(number), column];
    const row = Number(number) - 1;
    return [row, column - firstColumn(widths, row)];
  });
}

function named(action: string, { widths, hint }: Geometry): [number, number][] {
  if (gridStyle(hint) === 'dots') {
    const edge = EDGE.exec(action);
    if (edge === null) return [];
    const [r, c] = [2 * Number(edge[2]), 2 * Number(edge[3])];
    return [edge[1] === 'h' ? [r, c + 1] : [r + 1, c]];
  }
  const found = [...action.matchAll(PAIR)].map((match) => [Number(match[1]), Number(match[2])]);
  if (found.length > 0) return pairs(found.flat());
  const tail = TAIL.exec(action)?.[1]?.split('_').map(Number) ?? [];
  if (tail.length > 0) return tail.length % 2 === 0 ? pairs(tail) : [];
  return squares(action, widths);
}

/** The places, as "r,c", that an action names, in its order; those that are not on the board are left out. */
export function placesIn(action: string, geometry: Geometry): string[] {
  const { places, mover = 0 } = geometry.hint;
  return named(places?.[action]?.[mover] ?? action, geometry)
    .filter(([r, c]) => c >= 0 && c < (geometry.widths[r] ?? 0))
    .map(([r, c]) => `${r},${c}`);
}

/** Whether these actions speak of squares such as "e4" rather than of rows and columns. */
export function speaksOfSquares(said: readonly string[], { widths }: Geometry): boolean {
  return said.some(
    (action) =>
      action.match(PAIR) === null &&
      !TAIL.test(action) &&
      squares(action, widths).some(([r, c]) => c >= 0 && c < (widths[r] ?? 0)),
  );
}
