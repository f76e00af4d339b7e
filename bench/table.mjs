/** Plain-text tables: the first column to the left, numbers to the right. */

/** @param {{ head: string[], rows: (string | number)[][] }} table */
export function renderTable({ head, rows }) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Whole numbers from 100 up, otherwise three significant digits; thousands are set apart. */
export const figure = (value) =>
  value.toLocaleString('en', value >= 100 ? { maximumFractionDigits: 0 } : SHORT);

const SHORT = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };

export const seconds = (value) => `${value.toFixed(1)} s`;

export const ratio = (value) => value.toFixed(2);

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Rounds to so many digits behind the point: what is recorded claims no more than was measured. */
export const rounded = (value, digits = 2) => Number(value.toFixed(digits));
