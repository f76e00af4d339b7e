/** How a position looks in a terminal: grids as grids, everything else as `key: value`. */
import type { Json } from '../src/runtime/protocol';

export function viewText(view: Json): string {
  if (view === null || typeof view !== 'object' || Array.isArray(view)) return `  ${plain(view)}`;
  return Object.entries(view)
    .flatMap(([key, value]) =>
      isGrid(value)
        ? [`  ${key}:`, ...gridLines(value).map((line) => `    ${line}`)]
        : [`  ${key}: ${plain(value)}`],
    )
    .join('\n');
}

/** Rows of one length, each cell a short scalar. */
function isGrid(value: Json): value is Json[][] {
  if (!Array.isArray(value) || value.length < 2) return false;
  const width = Array.isArray(value[0]) ? value[0].length : 0;
  return (
    width > 1 &&
    value.every(
      (row) =>
        Array.isArray(row) &&
        row.length === width &&
        row.every((cell) => typeof cell !== 'object' || cell === null) &&
        row.every((cell) => plain(cell).length <= 6),
    )
  );
}

/** With the numbers of its rows and columns. */
function gridLines(rows: Json[][]): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (cell === '' || cell === null ? '.' : plain(cell))),
  );
  const columns = (cells[0] ?? []).map((_, column) => String(column));
  const width = Math.max(...[columns, ...cells].flat().map((cell) => cell.length));
  const edge = String(cells.length - 1).length;
  const line = (head: string, row: string[]): string =>
    `${head.padStart(edge)}  ${row.map((cell) => cell.padStart(width)).join(' ')}`;
  return [line('', columns), ...cells.map((row, number) => line(String(number), row))];
}

function plain(value: Json): string {
  if (value === null || value === '') return '-';
  if (Array.isArray(value)) return value.length > 0 ? value.map(plain).join(' ') : 'none';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${key} ${plain(item)}`)
    .join(', ');
}
