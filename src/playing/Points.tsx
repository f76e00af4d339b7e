import { pointTarget, type Target } from './clicks';
import { colorOf } from './pieces';
import { keyInWords } from './shapes';

interface Props {
  name: string;
  /** Men on points 1, 2, …: above zero player 0's, below zero player 1's. */
  counts: readonly number[];
  names: readonly string[];
  legal: readonly string[];
  onTarget: (target: Target) => void;
}

/** Men drawn on a point; further ones are a number. */
const MOST_MEN = 5;

/** A race of points in two rows: the upper half runs to the right, the lower one to the left. */
export function Points({ name, counts, names, legal, onTarget }: Props) {
  const half = counts.length / 2;
  const upper = Array.from({ length: half }, (_, index) => half + index + 1);
  const lower = Array.from({ length: half }, (_, index) => half - index);
  return (
    <div className="points" role="group" aria-label={keyInWords(name)}>
      {[upper, lower].map((points, row) => (
        <div className={row === 0 ? 'points-row upper' : 'points-row'} key={row}>
          {points.map((point) => {
            const count = counts[point - 1] ?? 0;
            const target = pointTarget(String(point), legal);
            const owner = count > 0 ? 0 : 1;
            const men = Math.abs(count);
            const color = colorOf(names[owner]) ?? (owner === 0 ? 'white' : 'black');
            return (
              <button
                type="button"
                key={point}
                className={`point${target === null ? '' : ' open'}`}
                aria-disabled={target === null}
                aria-label={`point ${point}: ${men === 0 ? 'empty' : `${men} of ${names[owner] ?? owner}`}`}
                onClick={() => {
                  if (target !== null) onTarget(target);
                }}
              >
                <span className="point-name numbers">{point}</span>
                {Array.from({ length: Math.min(men, MOST_MEN) }, (_, man) => (
                  <span className={`stone ${color}`} key={man}>
                    {man === MOST_MEN - 1 && men > MOST_MEN ? men : ''}
                  </span>
                ))}
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}
