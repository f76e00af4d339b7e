import { useContext } from 'react';
import type { Json } from '../runtime/protocol';
import { besideBoard, boardTargets, type Target } from './clicks';
import { changedCells } from './changed';
import { ChoiceCards } from './ChoiceCards';
import { GridBoard } from './GridBoard';
import { Heaps } from './Heaps';
import { NO_HINT, type BoardHint } from './hint';
import { Cups, Dice, Facts, Hands, Records, Rounds, Tally, Tree } from './Parts';
import { WeighingContext } from './marks';
import { isEmptyCell } from './pieces';
import { Points } from './Points';
import { recognise, type Shape } from './shapes';

interface Props {
  view: Json;
  /** The view before the last action; null where there is none. */
  before: Json;
  names: readonly string[];
  seat: number | null;
  /** Empty when it is nobody's turn to click. */
  legal: readonly string[];
  /** Actions as the game writes them, whoever's turn it is: the board's labels follow them. */
  said?: readonly string[];
  hint?: BoardHint;
  /** Players whose last action the viewer has not seen: a choice of theirs lies face down. */
  covered?: ReadonlySet<number>;
  onTarget: (target: Target) => void;
}

/** A position drawn by general means: whatever its program, whatever its game. */
export function View(props: Props) {
  const hint = props.hint ?? NO_HINT;
  const shapes = recognise(props.view, props.names, hint);
  const boards = shapes.filter((shape) => shape.kind === 'grid');
  const weighing = useContext(WeighingContext);
  const aimed = props.legal.length > 0 ? props.legal : (weighing?.actions ?? []);
  const aim = aimedAt(boards, aimed, props.seat, hint);
  const rest = shapes.filter((shape) => shape.kind !== 'grid');
  const part = (shape: Shape, index: number) => (
    <Part
      key={`${shape.kind} ${index}`}
      shape={shape}
      {...props}
      said={props.said ?? props.legal}
      hint={hint}
      legal={shape.kind === 'grid' && shape !== aim ? [] : props.legal}
      weighed={shape === aim}
    />
  );
  const beside = (
    <Beside actions={besideBoard(shapes, props.legal, hint)} onTarget={props.onTarget} />
  );
  return (
    <div className="view">
      {boards.length > 1 ? <div className="boards">{boards.map(part)}</div> : boards.map(part)}
      {boards.length > 0 && beside}
      {rest.map(part)}
      {boards.length === 0 && beside}
    </div>
  );
}

/** Actions that have no place on the board. */
function Beside(props: { actions: readonly string[]; onTarget: (target: Target) => void }) {
  const { actions, onTarget } = props;
  if (actions.length === 0) return null;
  return (
    <div className="beside" role="group" aria-label="Beside the board">
      {actions.map((action) => (
        <button
          type="button"
          className="button action"
          key={action}
          onClick={() => onTarget({ actions: [action] })}
        >
          {action}
        </button>
      ))}
    </div>
  );
}

type Grid = Extract<Shape, { kind: 'grid' }>;

/** The board that takes the clicks: where each player has one, that of another seat whose named cells are all free. */
function aimedAt(
  boards: readonly Grid[],
  legal: readonly string[],
  seat: number | null,
  hint: BoardHint,
): Grid | undefined {
  const [first] = boards;
  if (boards.length < 2) return first;
  const free = boards.filter(({ cells }) =>
    [...boardTargets(cells, legal, hint).cells.keys()].every((place) => {
      const [r = 0, c = 0] = place.split(',').map(Number);
      return isEmptyCell(cells[r]?.[c] ?? null);
    }),
  );
  return free.find(({ owner }) => owner !== seat) ?? free[0] ?? first;
}

type PartProps = Props & {
  shape: Shape;
  said: readonly string[];
  hint: BoardHint;
  weighed: boolean;
};

function Part(props: PartProps) {
  const { shape, before, names, seat, legal, said, hint, weighed, covered, onTarget } = props;
  switch (shape.kind) {
    case 'grid':
      return (
        <GridBoard
          name={shape.key}
          cells={shape.cells}
          changed={changedCells(before, shape.key, shape.cells, shape.owner)}
          owner={shape.owner === undefined ? null : ownerInWords(names, shape.owner, seat)}
          {...{ names, legal, said, hint, weighed, onTarget }}
        />
      );
    case 'points':
      return <Points name={shape.key} counts={shape.counts} {...{ names, legal, onTarget }} />;
    case 'heaps':
      return <Heaps name={shape.key} sizes={shape.sizes} legal={legal} onTarget={onTarget} />;
    case 'dice':
      return <Dice name={shape.key} values={shape.values} />;
    case 'cups':
      return <Cups name={shape.key} cups={shape.cups} names={names} seat={seat} />;
    case 'hands':
      return (
        <Hands
          name={shape.key}
          hands={shape.hands}
          shared={shape.shared}
          {...{ names, seat, legal, onTarget }}
        />
      );
    case 'choices':
      return (
        <ChoiceCards
          name={shape.key}
          values={shape.values}
          past={shape.past}
          {...{ names, seat, covered }}
          words={hint.words ?? {}}
        />
      );
    case 'tally':
      return <Tally rows={shape.rows} names={names} />;
    case 'rounds':
      return <Rounds name={shape.key} rows={shape.rows} names={names} />;
    case 'records':
      return <Records name={shape.key} columns={shape.columns} rows={shape.rows} />;
    case 'facts':
      return <Facts facts={shape.facts} />;
    case 'tree':
      return <Tree name={shape.key} value={shape.value} />;
  }
}

function ownerInWords(names: readonly string[], owner: number, seat: number | null): string {
  return `${names[owner] ?? `Player ${owner + 1}`}${owner === seat ? ' (you)' : ''}`;
}
