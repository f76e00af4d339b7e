import { useContext, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { Arrows } from './Arrows';
import { Badge } from './Badge';
import { boardTargets, type GridTargets, type Target } from './clicks';
import { firstColumn, letterOf, speaksOfSquares } from './coordinates';
import { gridStyle, type BoardHint, type GridStyle } from './hint';
import { boardMarks, WeighingContext, type Mark } from './marks';
import { Piece } from './Piece';
import { pieceInWords } from './pieces';
import { keyInWords, type Cell } from './shapes';

interface Props {
  name: string;
  cells: readonly (readonly Cell[])[];
  /** Cells, as "r,c", that the last action changed. */
  changed: ReadonlySet<string>;
  /** Whose board it is, in words; null where all share it. */
  owner: string | null;
  names: readonly string[];
  legal: readonly string[];
  said: readonly string[];
  hint: BoardHint;
  /** Whether what a search found is drawn here. */
  weighed: boolean;
  /** Gets one action, or several to choose from. */
  onTarget: (target: Target) => void;
}

interface Look {
  readonly target: Target | null;
  readonly className: string;
  readonly says: string;
}

/** A board with labelled rows and columns. Clicks and the arrow keys reach legal actions only. */
export function GridBoard(props: Props) {
  const { name, cells, changed, owner, names, legal, said, hint, weighed, onTarget } = props;
  const rows = cells.length;
  const widths = cells.map((row) => row.length);
  const cols = Math.max(...widths);
  const style = gridStyle(hint);
  const squares = speaksOfSquares(said, { widths, hint });
  const targets = boardTargets(cells, legal, hint);
  const weighing = useContext(WeighingContext);
  const found = weighed && weighing !== null ? boardMarks(cells, weighing, hint) : null;
  const [picked, setPicked] = useState<string | null>(null);
  const [column, setColumn] = useState<number | null>(null);
  const [at, setAt] = useState({ r: 0, c: 0 });
  const grid = useRef<HTMLDivElement>(null);
  const from = picked !== null && targets.moves.has(picked) ? picked : null;

  const click = (cell: string, target: Target | null) => {
    const start = target === null && targets.moves.has(cell) && cell !== from;
    setPicked(start ? cell : null);
    if (target !== null) onTarget(target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepped(at, event.key, widths);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.r},${next.c}"]`)?.focus();
  };

  return (
    <div
      ref={grid}
      role="grid"
      aria-label={`${owner === null ? keyInWords(name) : `${keyInWords(name)}: ${owner}`}, ${rows} rows and ${cols} columns`}
      className={`grid ${style}${cols > 9 ? ' small' : ''}`}
      style={{ '--cols': cols } as CSSProperties}
      onKeyDown={onKeyDown}
      onPointerLeave={() => setColumn(null)}
    >
      {owner !== null && <p className="owner">{owner}</p>}
      {style !== 'hex' && style !== 'dots' && <ColumnLabels cols={cols} squares={squares} />}
      {cells.map((row, r) => (
        <div role="row" key={r} className="row">
          <span className="label" aria-hidden="true">
            {style !== 'dots' && rowLabel(r, widths, squares)}
          </span>
          {row.map((cell, c) => (
            <GridCell
              key={c}
              at={`${r},${c}`}
              says={`${placeInWords(r, c, widths, squares)}: ${pieceInWords(cell)}`}
              className={cellClass(style, hint, r, c)}
              columnLabel={style === 'hex' ? hexColumn(r, c, widths, squares) : ''}
              {...{ cell, names, hint }}
              look={lookOf(targets, from, r, c)}
              mark={found?.badges.get(`${r},${c}`) ?? null}
              marks={marked(column === c && targets.columns.has(c), changed.has(`${r},${c}`))}
              current={at.r === r && at.c === c}
              onReach={() => setAt({ r, c })}
              onOver={() => setColumn(c)}
              onClick={click}
            />
          ))}
        </div>
      ))}
      {found !== null && found.arrows.length > 0 && <Arrows arrows={found.arrows} grid={grid} />}
    </div>
  );
}

interface CellProps {
  /** "r,c" */
  at: string;
  says: string;
  className: string;
  /** Of the column that begins here, on a hex board; else "". */
  columnLabel: string;
  cell: Cell;
  names: readonly string[];
  hint: BoardHint;
  look: Look;
  mark: Mark | null;
  marks: string;
  /** The one cell of the board that Tab leads to. */
  current: boolean;
  onReach: () => void;
  onOver: () => void;
  onClick: (cell: string, target: Target | null) => void;
}

function GridCell(props: CellProps) {
  const { at, says, cell, names, hint, look, mark, marks, current, ...on } = props;
  return (
    <div role="gridcell" className={props.className}>
      {props.columnLabel !== '' && (
        <span className="hex-label" aria-hidden="true">
          {props.columnLabel}
        </span>
      )}
      <button
        type="button"
        className={`cell${look.className}${marks}`}
        data-cell={at}
        tabIndex={current ? 0 : -1}
        aria-label={says + look.says}
        aria-disabled={look.className === ''}
        onFocus={on.onReach}
        onPointerEnter={on.onOver}
        onClick={() => on.onClick(at, look.target)}
      >
        <Piece cell={cell} names={names} hint={hint} />
        <Badge mark={mark} />
      </button>
    </div>
  );
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface Place {
  readonly r: number;
  readonly c: number;
}

/** Where an arrow key leads; null for other keys. */
function stepped({ r, c }: Place, key: string, widths: readonly number[]): Place | null {
  const step = STEPS[key];
  if (step === undefined) return null;
  const row = Math.max(0, Math.min(widths.length - 1, r + step[0]));
  return { r: row, c: Math.max(0, Math.min((widths[row] ?? 1) - 1, c + step[1])) };
}

function marked(lit: boolean, last: boolean): string {
  return `${lit ? ' lit' : ''}${last ? ' last' : ''}`;
}

function ColumnLabels({ cols, squares }: { cols: number; squares: boolean }) {
  return (
    <div className="labels" aria-hidden="true">
      <span />
      {Array.from({ length: cols }, (_, c) => (
        <span key={c}>{squares ? letterOf(c) : c}</span>
      ))}
    </div>
  );
}

type Widths = readonly number[];

const isHex = (widths: Widths) => widths.some((width) => width !== widths[0]);

function rowLabel(r: number, widths: Widths, squares: boolean): number {
  if (!squares) return r;
  return isHex(widths) ? r + 1 : widths.length - r;
}

function columnName(r: number, c: number, widths: Widths, squares: boolean): string {
  if (!squares) return String(c);
  return isHex(widths) ? letterOf(c + firstColumn(widths, r)).toUpperCase() : letterOf(c);
}

function placeInWords(r: number, c: number, widths: Widths, squares: boolean): string {
  const column = columnName(r, c, widths, squares);
  return squares ? `${column}${rowLabel(r, widths, squares)}` : `row ${r}, column ${c}`;
}

/** The name of a hex board's column, at its topmost cell. */
function hexColumn(r: number, c: number, widths: Widths, squares: boolean): string {
  const begins = r === 0 || (c === 0 && firstColumn(widths, r) < firstColumn(widths, r - 1));
  return begins ? columnName(r, c, widths, squares) : '';
}

/** What kind of place a cell is: dark squares, edges between dots, borders of blocks. */
function cellClass(style: GridStyle, { blocks }: BoardHint, r: number, c: number): string {
  if (style === 'chessboard') return (r + c) % 2 === 0 ? 'light-square' : 'dark-square';
  if (style === 'dots') {
    return r % 2 === 0 ? (c % 2 === 0 ? 'dot' : 'edge flat') : c % 2 === 0 ? 'edge upright' : 'box';
  }
  if (blocks === undefined) return '';
  const below = r > 0 && r % blocks[0] === 0 ? 'block-below ' : '';
  return c > 0 && c % blocks[1] === 0 ? `${below}block-right` : below;
}

/** What a click on a cell would do, and how the cell shows it. */
function lookOf(targets: GridTargets, from: string | null, r: number, c: number): Look {
  const key = `${r},${c}`;
  const to = from === null ? undefined : targets.moves.get(from)?.get(key);
  if (to !== undefined) return { target: to, className: ' open to', says: ', move here' };
  if (key === from) return { target: null, className: ' open from', says: ', chosen' };
  const cell = targets.cells.get(key);
  if (cell !== undefined) return { target: cell, className: ' open', says: ', can be played' };
  if (targets.moves.has(key)) return { target: null, className: ' open', says: ', can move' };
  const column = targets.columns.get(c);
  if (column !== undefined) return { target: column, className: ' open column', says: '' };
  return { target: null, className: '', says: '' };
}
