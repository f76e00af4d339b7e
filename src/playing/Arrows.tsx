import { useLayoutEffect, useState, type RefObject } from 'react';
import type { Arrow } from './marks';

interface Props {
  arrows: readonly Arrow[];
  /** The board; its cells carry their places as data-cell. */
  grid: RefObject<HTMLElement | null>;
}

interface Box {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
}

interface Line {
  readonly arrow: Arrow;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Width of a cell, in pixels. */
  readonly cell: number;
}

/** Moves that a search looked at, drawn over the cells of a board: the more visits, the stronger. */
export function Arrows({ arrows, grid }: Props) {
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const board = grid.current;
    if (board === null) return;
    const lay = (): void => {
      setBox(measured(board, arrows));
    };
    lay();
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(lay);
    observer.observe(board);
    return () => {
      observer.disconnect();
    };
  }, [arrows, grid]);
  if (box === null) return null;
  return (
    <svg className="arrows" viewBox={`0 0 ${box.width} ${box.height}`} aria-hidden="true">
      {box.lines.map((line) => (
        <ArrowShape key={`${line.arrow.from} ${line.arrow.to}`} line={line} />
      ))}
    </svg>
  );
}

function ArrowShape({ line: { arrow, x1, y1, x2, y2, cell } }: { line: Line }) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const width = cell * (0.07 + 0.13 * arrow.share);
  const head = width * 2.6;
  const end = Math.max(0, length - cell * 0.12);
  const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const shaft = Math.max(0, end - head);
  return (
    <path
      className={arrow.best ? 'arrow best' : 'arrow'}
      style={{ opacity: 0.4 + 0.5 * arrow.share }}
      transform={`translate(${x1} ${y1}) rotate(${angle})`}
      d={`M0 ${-width / 2}H${shaft}V${-head / 2}L${end} 0L${shaft} ${head / 2}V${width / 2}H0Z`}
    />
  );
}

function measured(board: HTMLElement, arrows: readonly Arrow[]): Box {
  const frame = board.getBoundingClientRect();
  const lines = arrows.flatMap((arrow): Line[] => {
    const [from, to] = [arrow.from, arrow.to].map((place) =>
      board.querySelector(`[data-cell="${place}"]`)?.getBoundingClientRect(),
    );
    if (from === undefined || to === undefined) return [];
    const [x1, y1] = [from.x + from.width / 2 - frame.x, from.y + from.height / 2 - frame.y];
    const [x2, y2] = [to.x + to.width / 2 - frame.x, to.y + to.height / 2 - frame.y];
    return [{ arrow, x1, y1, x2, y2, cell: from.width }];
  });
  return { width: frame.width, height: frame.height, lines };
}
