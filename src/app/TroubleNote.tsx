import type { Trouble } from './trouble';
import { goToLine } from './editors';

/** What happened, why, and what to do next; a traceback folds out. */
export function TroubleNote({ trouble }: { trouble: Trouble }) {
  const { what, why, nextStep, detail, line } = trouble;
  const reason = why.replace(/[.\s]+$/, '');
  return (
    <div className="trouble" role="group" aria-label={what}>
      <p>
        <strong>{what}:</strong> {reason}.
      </p>
      <p>{nextStep}</p>
      {line !== null && (
        <button type="button" className="link" onClick={() => goToLine('Program text', line)}>
          Go to line {line}
        </button>
      )}
      {detail !== null && (
        <details>
          <summary>Traceback</summary>
          <pre>{detail}</pre>
        </details>
      )}
    </div>
  );
}
