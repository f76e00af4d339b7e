import type { Cell } from './shapes';

const EMPTY = new Set(['', ' ', '.', '_', '-', '·']);

export function isEmptyCell(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && EMPTY.has(cell));
}

export function pieceInWords(cell: Cell): string {
  if (isEmptyCell(cell)) return 'empty';
  return cell === '?' ? 'hidden' : String(cell);
}

/** A piece: x and o have shapes of their own, everything else is its text. */
export function Piece({ cell }: { cell: Cell }) {
  if (isEmptyCell(cell)) return null;
  if (cell === 'x' || cell === 'X') {
    return (
      <svg className="piece x" viewBox="0 0 40 40" aria-hidden="true">
        <path d="M11 11l18 18M29 11L11 29" />
      </svg>
    );
  }
  if (cell === 'o' || cell === 'O') {
    return (
      <svg className="piece o" viewBox="0 0 40 40" aria-hidden="true">
        <circle cx="20" cy="20" r="10.5" />
      </svg>
    );
  }
  return <span className={cell === '?' ? 'piece hidden-piece' : 'piece text'}>{String(cell)}</span>;
}
