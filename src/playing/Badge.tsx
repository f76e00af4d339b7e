import type { Mark } from './marks';
import { percent } from './marks';

/** The share of a search's visits, on the place that they went to. */
export function Badge({ mark }: { mark: Mark | null | undefined }) {
  if (mark === null || mark === undefined) return null;
  return (
    <span className={mark.best ? 'share best' : 'share'} aria-hidden="true">
      {percent(mark.share)}
    </span>
  );
}
