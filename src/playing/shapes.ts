/**
 * What a view (any JSON that a program shows of its state) looks like on the table. Nothing here knows a game:
 * a part is recognised by its form and by common names of keys, and what is not recognised is shown as a tree.
 */
import type { Json } from '../runtime/protocol';
import { NO_HINT, type BoardHint } from './hint';
import { faceOf } from './pieces';

export type Cell = string | number | null;

export type Shape =
  | {
      readonly kind: 'grid';
      readonly key: string;
      /** Rows are equally long, but for a hex board's. */
      readonly cells: readonly (readonly Cell[])[];
      /** Whose board it is, where each player has one. */
      readonly owner?: number;
    }
  /** Men on a row of points: player 0's count up from zero, player 1's down. */
  | { readonly kind: 'points'; readonly key: string; readonly counts: readonly number[] }
  /** One row a round, one column a player. */
  | { readonly kind: 'rounds'; readonly key: string; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'heaps'; readonly key: string; readonly sizes: readonly number[] }
  | { readonly kind: 'dice'; readonly key: string; readonly values: readonly number[] }
  /** The dice of each player; null is under the cup. */
  | {
      readonly kind: 'cups';
      readonly key: string;
      readonly cups: readonly (readonly (number | null)[])[];
    }
  /** What each player has chosen; null is not chosen, or face down. */
  | {
      readonly kind: 'choices';
      readonly key: string;
      readonly values: readonly (string | number | null)[];
      /** True for the choices of a round that is over. */
      readonly past: boolean;
    }
  /** One row an event, one column a key of it. */
  | {
      readonly kind: 'records';
      readonly key: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** One row a key, one column a player. */
  | { readonly kind: 'tally'; readonly rows: readonly TallyRow[] }
  /** Cards of each player, or of the table (one hand, `shared`); null is face down. */
  | {
      readonly kind: 'hands';
      readonly key: string;
      readonly hands: readonly (readonly (string | null)[])[];
      readonly shared: boolean;
    }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'tree'; readonly key: string; readonly value: Json };

export interface TallyRow {
  readonly key: string;
  readonly values: readonly (number | string | null)[];
}

export interface Fact {
  readonly key: string;
  readonly value: string;
}

type JsonObject = { [key: string]: Json };

const HEAPS = /heap|pile|stack|stones|matches/i;
const DICE = /^(dice|die|rolled|roll|faces?)$/i;
const CARDS = /hand|card|deck|hole|community|flop|^public$/i;
const ROUNDS = /^(played|history|rounds|moves|log|past|reveal(ed)?)$/i;
/** Said elsewhere on the page: whose turn it is and the rewards at the end. */
const SAID = /^(turn|mover|to_move|current_player|rewards|player|own|previous)$/i;
/** Lists of what was done, which stand in the list of moves. */
const DONE = /^(moves|actions|log)$/i;
const MOST_POINTS = 26;
/** Keys under which a number is a player. */
const PLAYERS = /^(roller|dealer|leader|starter|winner|bidder|owner)$/i;
/** Lists that grow: as long as the players are many by accident only. */
const SEQUENCE = /betting|actions|history|log|sequence|line$/i;
/** Lists of one choice a player. */
const CHOICES = /^(picks?|choices?|chosen|selections?|bids?)$/i;
const LONGEST_CELL = 3;

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCell(value: Json): value is Cell {
  return value === null || typeof value === 'number' || typeof value === 'string';
}

function isInteger(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** A list of equally long, non-empty lists of cells; null otherwise. */
export function asMatrix(value: Json): Cell[][] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const rows: Cell[][] = [];
  for (const row of value) {
    if (!Array.isArray(row) || row.length === 0 || !row.every(isCell)) return null;
    if (rows[0] !== undefined && rows[0].length !== row.length) return null;
    rows.push(row);
  }
  return rows;
}

/** Rows that grow and shrink by one cell at a time. */
export function asHexBoard(value: Json): Cell[][] | null {
  if (!Array.isArray(value) || value.length < 2) return null;
  const rows: Cell[][] = [];
  for (const row of value) {
    if (!Array.isArray(row) || row.length === 0 || !row.every(isCell)) return null;
    const above = rows.at(-1);
    if (above !== undefined && Math.abs(above.length - row.length) !== 1) return null;
    rows.push(row);
  }
  return rows;
}

function isBoard(key: string, cells: Cell[][], players: number): boolean {
  if (ROUNDS.test(key) || CARDS.test(key)) return false;
  const short = cells.every((row) =>
    row.every((cell) => String(cell ?? '').length <= LONGEST_CELL),
  );
  // One row of one or two longer words is a round of choices, not a board.
  return short || (cells.length > 1 && cells[0]?.length !== players);
}

/** "" and "?" and null are cards that this seat may not see. */
function asCard(value: Json): string | null {
  if (value === null || value === '' || value === '?') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isCards(value: Json): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const seen = value.filter((card) => card !== null && card !== '?');
  return seen.length > 0 && seen.every((card) => typeof card === 'string' && faceOf(card) !== null);
}

function asHands(key: string, value: Json, players: number): Shape | null {
  if (!CARDS.test(key) && !isCards(value)) return null;
  if (isObject(value)) return asHands(key, Object.values(value), players);
  if (typeof value === 'string') {
    return { kind: 'hands', key, hands: [[asCard(value)]], shared: true };
  }
  if (!Array.isArray(value) || value.length === 0) return null;
  const nested = value.some(Array.isArray);
  if (!nested && !value.every(isCell)) return null;
  if (nested || (value.length === players && /hand|hole|(?<!dis)cards/i.test(key))) {
    // A hand that is hidden as a whole is as large as the others, as far as can be told.
    const size = Math.max(1, ...value.map((hand) => (Array.isArray(hand) ? hand.length : 1)));
    const hidden = Array.from({ length: size }, () => null);
    const hands = value.map((hand) => {
      if (Array.isArray(hand)) return hand.map(asCard);
      return nested && hand === null ? hidden : [asCard(hand)];
    });
    return { kind: 'hands', key, hands, shared: false };
  }
  return { kind: 'hands', key, hands: [value.map(asCard)], shared: true };
}

function asDice(key: string, value: Json): Shape | null {
  if (!DICE.test(key)) return null;
  const values = Array.isArray(value) ? value : [value];
  if (!values.every(isInteger)) return null;
  return { kind: 'dice', key, values };
}

function asCups(key: string, value: Json, players: number): Shape | null {
  if (!DICE.test(key) || !Array.isArray(value) || value.length !== players) return null;
  const cups: (number | null)[][] = [];
  for (const cup of value) {
    if (!Array.isArray(cup) || !cup.every(isCell)) return null;
    cups.push(cup.map((die) => (isInteger(die) ? die : null)));
  }
  return { kind: 'cups', key, cups };
}

function asPoints(key: string, value: Json, hint: BoardHint): Shape | null {
  if (hint.kind !== 'points' || !Array.isArray(value) || !value.every(isInteger)) return null;
  if (value.length < MOST_POINTS - 2 || value.length > MOST_POINTS) return null;
  // A list by point number has a place 0 that is no point.
  return { kind: 'points', key, counts: value.length > 24 ? value.slice(1, 25) : value };
}

/** Events with the same keys: bids, proposals, rounds. */
function asRecords(key: string, value: Json, names: readonly string[]): Shape | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null;
  const columns = Object.keys(value[0] ?? {});
  const rows: string[][] = [];
  for (const event of value) {
    const cells = columns.map((column) => {
      const one = event[column] ?? null;
      return (column === 'player' ? names[Number(one)] : null) ?? words(one);
    });
    if (Object.keys(event).length !== columns.length) return null;
    rows.push(cells.map((cell) => cell ?? '…'));
  }
  return { kind: 'records', key, columns, rows };
}

function asHeaps(key: string, value: Json, hint: BoardHint): Shape | null {
  if (!HEAPS.test(key) || hint.kind === 'cards') return null;
  const sizes = Array.isArray(value) ? value : [value];
  if (sizes.length === 0 || !sizes.every((size) => isInteger(size) && size >= 0)) return null;
  return { kind: 'heaps', key, sizes: sizes.map(Number) };
}

/** One choice a player, made in secret or not. */
function asChoices(key: string, value: Json, players: number): Shape | null {
  if (!CHOICES.test(key) || !Array.isArray(value) || players < 2) return null;
  if (value.length !== players || !value.every(isCell) || saysActions(key, value)) return null;
  const values = value.map((one) => (one === '' || one === '?' ? null : one));
  return { kind: 'choices', key, values, past: false };
}

/** "bids" of entries such as "bid:2:3" are actions in their order, not one a player. */
function saysActions(key: string, value: readonly Json[]): boolean {
  const verb = `${key.replace(/s$/, '')}:`;
  return value.length > 0 && value.every((one) => typeof one === 'string' && one.startsWith(verb));
}

/** One value a player: scores, bets, choices; a dict by player name counts. */
function asTallyRow(key: string, value: Json, names: readonly string[]): TallyRow | null {
  if (isObject(value)) {
    const byName = names.map((name, player) => value[name] ?? value[String(player)]);
    if (names.length < 2 || byName.some((one) => one === undefined || !isCell(one))) return null;
    return { key, values: byName.map((one) => one as Cell) };
  }
  if (SEQUENCE.test(key) || !Array.isArray(value)) return null;
  if (value.length !== names.length || names.length < 2) return null;
  if (saysActions(key, value)) return null;
  const values = value.map((one) => (isCell(one) ? one : words(one)));
  const known = values.every((one, index) => one !== null || value[index] === null);
  return known ? { key, values } : null;
}

function isWords(value: Json): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function words(value: Json): string | null {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  if (typeof value === 'string') return value === '' ? '–' : value;
  if (Array.isArray(value) && value.every(isCell)) {
    return value.length === 0 ? 'none' : value.map((one) => String(one ?? '–')).join(', ');
  }
  // Rounds of words, or one value a name.
  if (Array.isArray(value) && value.every(isWords) && value.flat().length > 0) {
    return value.map((round) => round.join(', ') || '–').join('; ');
  }
  if (isObject(value)) {
    const pairs = Object.entries(value).flatMap(([key, one]) =>
      isCell(one) ? [`${key} ${one ?? '–'}`] : [],
    );
    if (pairs.length > 0 && pairs.length === Object.keys(value).length) return pairs.join(', ');
  }
  return null;
}

/** The boards of a key: one, or one a player. */
function asGrids(key: string, value: Json, players: number, hint: BoardHint): Shape[] {
  const matrix = asMatrix(value);
  if (matrix !== null && isBoard(key, matrix, players)) {
    return [{ kind: 'grid', key, cells: matrix }];
  }
  const hex = hint.kind === 'hex' ? asHexBoard(value) : null;
  if (hex !== null) return [{ kind: 'grid', key, cells: hex }];
  if (!Array.isArray(value) || value.length !== players || players < 2) return [];
  const boards = value.map(asMatrix);
  return boards.flatMap((cells, owner): Shape[] =>
    cells === null || boards.includes(null) ? [] : [{ kind: 'grid', key, cells, owner }],
  );
}

function shapesOf(key: string, value: Json, names: readonly string[], hint: BoardHint): Shape[] {
  // Suits tell cards of the table from a board.
  if (isCards(value)) return [asHands(key, value, names.length)].filter((one) => one !== null);
  const choices = asChoices(key, value, names.length);
  if (choices !== null) return [choices];
  const cups = asCups(key, value, names.length);
  if (cups !== null) return [cups];
  const grids = asGrids(key, value, names.length, hint);
  if (grids.length > 0) return grids;
  const special =
    asPoints(key, value, hint) ??
    asHands(key, value, names.length) ??
    asDice(key, value) ??
    asHeaps(key, value, hint);
  if (special?.kind === 'hands' && !special.shared && hint.hands !== undefined) {
    return [{ ...special, key: hint.hands, shared: true }];
  }
  if (special !== null) return [special];
  const matrix = asMatrix(value);
  if (matrix !== null) return [{ kind: 'rounds', key, rows: matrix }];
  const records = asRecords(key, value, names);
  return records === null ? [] : [records];
}

/** The parts of a view in the order they are drawn: boards first, then heaps, hands and dice, then tables. */
export function recognise(
  view: Json,
  names: readonly string[],
  hint: BoardHint = NO_HINT,
): Shape[] {
  const entries: [string, Json][] = isObject(view) ? Object.entries(view) : [['state', view]];
  const drawn: Shape[] = [];
  const tally: TallyRow[] = [];
  const facts: Fact[] = [];
  const trees: Shape[] = [];
  for (const [key, value] of entries) {
    if (SAID.test(key) || (DONE.test(key) && Array.isArray(value))) continue;
    // Rounds before the first one are no news.
    if (ROUNDS.test(key) && Array.isArray(value) && value.length === 0) continue;
    const shapes = shapesOf(key, value, names, hint);
    if (shapes.length > 0) {
      drawn.push(...shapes);
      continue;
    }
    const row = asTallyRow(key, value, names);
    if (row !== null) {
      tally.push(row);
      continue;
    }
    const named = PLAYERS.test(key) && typeof value === 'number' ? names[value] : undefined;
    const fact = named ?? words(value);
    if (fact !== null) facts.push({ key, value: fact });
    else trees.push({ kind: 'tree', key, value });
  }
  const order = [
    'grid',
    'points',
    'heaps',
    'hands',
    'choices',
    'cups',
    'dice',
    'rounds',
    'records',
  ];
  drawn.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const shapes = drawn.map((shape) => withLastRound(shape, drawn));
  const rounds = shapes.findIndex(({ kind }) => kind === 'rounds' || kind === 'records');
  const tables: Shape[] = [];
  if (tally.length > 0) tables.push({ kind: 'tally', rows: tally });
  if (facts.length > 0) tables.push({ kind: 'facts', facts });
  shapes.splice(rounds === -1 ? shapes.length : rounds, 0, ...tables);
  return [...shapes, ...trees];
}

/** Choices that are all open to be made show those of the last round. */
function withLastRound(shape: Shape, all: readonly Shape[]): Shape {
  if (shape.kind !== 'choices' || shape.values.some((one) => one !== null)) return shape;
  const rounds = all.find(({ kind }) => kind === 'rounds');
  const last = rounds?.kind === 'rounds' ? rounds.rows.at(-1) : undefined;
  if (last?.length !== shape.values.length) return shape;
  return { ...shape, values: last, past: true };
}

/** "betting_round" as a person would say it. */
export function keyInWords(key: string): string {
  const plain = key.replace(/_/g, ' ').trim();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The mark of each of two players, where a board holds nothing but x and o: x begins. */
export function marks(view: Json, players: number): readonly Cell[] {
  const known = new Set<Cell>(['', ' ', '.', null, 'x', 'o']);
  const shapes = recognise(
    view,
    Array.from({ length: players }, () => ''),
  );
  // On a board of one's own the marks are hits and misses, not players.
  const boards = shapes.flatMap((shape) =>
    shape.kind === 'grid' && shape.owner === undefined ? [shape] : [],
  );
  const plain = boards.some(({ cells }) =>
    cells.every((row) => row.every((cell) => known.has(cell))),
  );
  return players === 2 && plain ? ['x', 'o'] : [];
}
