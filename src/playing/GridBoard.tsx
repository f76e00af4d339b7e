import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { gridTargets, type GridTargets, type Target } from './clicks';
import { Piece, pieceInWords } from './Piece';
import { keyInWords, type Cell } from './shapes';

interface Props {
  name: string;
  cells: readonly (readonly Cell[])[];
  /** Cells, as "r,c", that the last action changed. */
  changed: ReadonlySet<string>;
  legal: readonly string[];
  /** Gets one action, or several to choose from. */
  onTarget: (target: Target) => void;
}

interface Look {
  readonly target: Target | null;
  readonly className: string;
  readonly says: string;
}

/** A board with labelled rows and columns. Clicks and the arrow keys reach legal actions only. */
export function GridBoard({ name, cells, changed, legal, onTarget }: Props) {
  const rows = cells.length;
  const cols = cells[0]?.length ?? 0;
  const targets = gridTargets(rows, cols, legal);
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
    const next = stepped(at, event.key, rows, cols);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next.r},${next.c}"]`)?.focus();
  };

  return (
    <div
      ref={grid}
      role="grid"
      aria-label={`${keyInWords(name)}, ${rows} rows and ${cols} columns`}
      className={cols > 9 ? 'grid small' : 'grid'}
      style={{ '--cols': cols } as CSSProperties}
      onKeyDown={onKeyDown}
      onPointerLeave={() => setColumn(null)}
    >
      <ColumnLabels cols={cols} />
      {cells.map((row, r) => (
        <div role="row" key={r} className="row">
          <span className="label" aria-hidden="true">
            {r}
          </span>
          {row.map((cell, c) => (
            <GridCell
              key={c}
              at={`${r},${c}`}
              says={`row ${r}, column ${c}: ${pieceInWords(cell)}`}
              cell={cell}
              look={lookOf(targets, from, r, c)}
              marks={marked(column === c && targets.columns.has(c), changed.has(`${r},${c}`))}
              current={at.r === r && at.c === c}
              onReach={() => setAt({ r, c })}
              onOver={() => setColumn(c)}
              onClick={click}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface CellProps {
  /** "r,c" */
  at: string;
  says: string;
  cell: Cell;
  look: Look;
  marks: string;
  /** The one cell of the board that Tab leads to. */
  current: boolean;
  onReach: () => void;
  onOver: () => void;
  onClick: (cell: string, target: Target | null) => void;
}

function GridCell({ at, says, cell, look, marks, current, ...on }: CellProps) {
  return (
    <div role="gridcell">
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
        <Piece cell={cell} />
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
function stepped({ r, c }: Place, key: string, rows: number, cols: number): Place | null {
  const step = STEPS[key];
  if (step === undefined) return null;
  return {
    r: Math.max(0, Math.min(rows - 1, r + step[0])),
    c: Math.max(0, Math.min(cols - 1, c + step[1])),
  };
}

function marked(lit: boolean, last: boolean): string {
  return `${lit ? ' lit' : ''}${last ? ' last' : ''}`;
}

function ColumnLabels({ cols }: { cols: number }) {
  return (
    <div className="labels" aria-hidden="true">
      <span />
      {Array.from({ length: cols }, (_, c) => (
        <span key={c}>{c}</span>
      ))}
    </div>
  );
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
