import type { BoardHint } from './hint';
import { NO_HINT } from './hint';
import { chessPiece, isEmptyCell, stoneOf } from './pieces';
import type { Cell } from './shapes';

interface Props {
  cell: Cell;
  /** The players, where their names may be the colors of stones. */
  names?: readonly string[];
  hint?: BoardHint;
}

/** A piece: x and o, stones and chess pieces have shapes of their own, everything else is its text. */
export function Piece({ cell, names = [], hint = NO_HINT }: Props) {
  if (isEmptyCell(cell)) return null;
  const chess = chessPiece(cell, hint);
  if (chess !== null) return <span className={`piece chess ${chess.color}`}>{chess.symbol}</span>;
  const stone = names.length > 0 ? stoneOf(cell, names, hint) : null;
  if (stone !== null) return <span className={`piece stone ${stone.color}`}>{stone.symbol}</span>;
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
