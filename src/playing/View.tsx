import type { Json } from '../runtime/protocol';
import type { Target } from './clicks';
import { GridBoard } from './GridBoard';
import { Heaps } from './Heaps';
import { Dice, Facts, Hands, Rounds, Tally, Tree } from './Parts';
import { changedCells, recognise, type Shape } from './shapes';

interface Props {
  view: Json;
  /** The view before the last action; null where there is none. */
  before: Json;
  names: readonly string[];
  seat: number | null;
  /** Empty when it is nobody's turn to click. */
  legal: readonly string[];
  onTarget: (target: Target) => void;
}

/** A position drawn by general means: whatever its program, whatever its game. */
export function View(props: Props) {
  return (
    <div className="view">
      {recognise(props.view, props.names).map((shape, index) => (
        <Part key={index} shape={shape} {...props} />
      ))}
    </div>
  );
}

function Part({ shape, before, names, seat, legal, onTarget }: Props & { shape: Shape }) {
  switch (shape.kind) {
    case 'grid':
      return (
        <GridBoard
          name={shape.key}
          cells={shape.cells}
          changed={changedCells(before, shape.key, shape.cells)}
          legal={legal}
          onTarget={onTarget}
        />
      );
    case 'heaps':
      return <Heaps name={shape.key} sizes={shape.sizes} legal={legal} onTarget={onTarget} />;
    case 'dice':
      return <Dice name={shape.key} values={shape.values} />;
    case 'hands':
      return (
        <Hands
          name={shape.key}
          hands={shape.hands}
          shared={shape.shared}
          names={names}
          seat={seat}
        />
      );
    case 'tally':
      return <Tally rows={shape.rows} names={names} />;
    case 'rounds':
      return <Rounds name={shape.key} rows={shape.rows} names={names} />;
    case 'facts':
      return <Facts facts={shape.facts} />;
    case 'tree':
      return <Tree name={shape.key} value={shape.value} />;
  }
}
