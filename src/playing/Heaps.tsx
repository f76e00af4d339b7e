import { useState, type CSSProperties } from 'react';
import { heapTarget, type Target } from './clicks';
import { keyInWords } from './shapes';

interface Props {
  name: string;
  sizes: readonly number[];
  legal: readonly string[];
  onTarget: (target: Target) => void;
}

/** More objects than this are a number, not a picture. */
const MOST_DRAWN = 40;

/** Heaps of objects: a click on the n-th object from the top takes that many. */
export function Heaps({ name, sizes, legal, onTarget }: Props) {
  const [over, setOver] = useState<{ heap: number; count: number } | null>(null);
  const tallest = Math.max(1, ...sizes);
  return (
    <div
      className="heaps"
      role="group"
      aria-label={keyInWords(name)}
      style={{ '--tallest': Math.min(tallest, MOST_DRAWN) } as CSSProperties}
      onPointerLeave={() => setOver(null)}
    >
      {sizes.map((size, heap) => (
        <div className="heap" key={heap} role="group" aria-label={`Heap ${heap + 1}: ${size}`}>
          <div className="objects">
            {Array.from({ length: Math.min(size, MOST_DRAWN) }, (_, index) => {
              const count = index + 1;
              const target = heapTarget(heap, count, sizes.length, legal);
              const lit = over?.heap === heap && count <= over.count;
              return (
                <button
                  type="button"
                  key={size - index}
                  className={`object${target === null ? '' : ' open'}${lit ? ' lit' : ''}`}
                  // The list of legal actions is the way for the keyboard.
                  tabIndex={-1}
                  aria-label={`object ${count} from the top of heap ${heap + 1}`}
                  aria-disabled={target === null}
                  onPointerEnter={() => setOver(target === null ? null : { heap, count })}
                  onClick={() => {
                    if (target !== null) onTarget(target);
                  }}
                />
              );
            })}
          </div>
          <p className="heap-size">
            <span className="numbers">{size}</span>
            {sizes.length > 1 && <span className="heap-name">heap {heap + 1}</span>}
          </p>
        </div>
      ))}
    </div>
  );
}
