/** What stands for what on a board: stones of colors, chess pieces, cards. Pure. */
import type { BoardHint } from './hint';
import type { Cell } from './shapes';

const EMPTY = new Set(['', ' ', '.', '_', '-', '·']);

export function isEmptyCell(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && EMPTY.has(cell));
}

export function pieceInWords(cell: Cell): string {
  if (isEmptyCell(cell)) return 'empty';
  return cell === '?' ? 'hidden' : String(cell);
}

const COLORS = ['black', 'white', 'red', 'blue', 'green', 'yellow'] as const;
export type Color = (typeof COLORS)[number];

export interface Stone {
  readonly color: Color;
  /** Drawn on the stone; "" on a plain one. */
  readonly symbol: string;
}

export function colorOf(name: string | undefined): Color | null {
  return COLORS.find((color) => color === name?.toLowerCase()) ?? null;
}

const CHESS: Record<string, string> = { k: '♚', q: '♛', r: '♜', b: '♝', n: '♞', p: '♟' };

/** The chess piece of a letter, upper case White's; null for anything else. */
export function chessPiece(cell: Cell, hint: BoardHint): Stone | null {
  if (hint.pieces !== 'chess' && hint.kind !== 'chess') return null;
  const symbol = CHESS[String(cell).toLowerCase()];
  if (symbol === undefined) return null;
  return { color: cell === String(cell).toUpperCase() ? 'white' : 'black', symbol };
}

/** The stone of a letter with which a player's name begins, where the players are named by colors. */
export function stoneOf(cell: Cell, names: readonly string[], hint: BoardHint): Stone | null {
  if (typeof cell !== 'string' || cell.length !== 1) return null;
  if (!names.every((name) => colorOf(name) !== null)) return null;
  const name = names.find((one) => one[0]?.toLowerCase() === cell.toLowerCase());
  const color = colorOf(name);
  if (color === null) return null;
  const king = hint.pieces === 'draughts' && cell === cell.toUpperCase();
  return { color, symbol: king ? '♛' : '' };
}

const CARD = /^(10|[2-9TJQKA])([shdc])$/;
const SUITS: Record<string, string> = { s: '♠', h: '♥', d: '♦', c: '♣' };

export interface CardFace {
  readonly rank: string;
  readonly suit: string;
  readonly red: boolean;
  /** Of a card that has a color in place of a suit. */
  readonly color?: Color;
}

const COLORED = /^([RGBYW])[,-](\d{1,2})$/;
const COLOR_LETTERS: Record<string, Color> = {
  R: 'red',
  G: 'green',
  B: 'blue',
  Y: 'yellow',
  W: 'white',
};

/** The face of a card written as rank and suit, "Ks", or as color and number, "R,3"; null for other cards. */
export function faceOf(card: string): CardFace | null {
  const [, letter = '', number] = COLORED.exec(card) ?? [];
  const color = COLOR_LETTERS[letter];
  if (number !== undefined && color !== undefined) {
    return { rank: number, suit: '', red: false, color };
  }
  const [, rank, suit] = CARD.exec(card) ?? [];
  if (rank === undefined || suit === undefined) return null;
  return {
    rank: rank === 'T' ? '10' : rank,
    suit: SUITS[suit] ?? '',
    red: suit === 'h' || suit === 'd',
  };
}
