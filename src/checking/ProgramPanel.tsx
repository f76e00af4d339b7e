import { ActionButton } from '../app/ActionButton';
import { CodeEditor } from '../app/CodeEditor';
import { useFrom } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import type { Mend } from '../runtime/protocol';
import { isBusy, textOf } from '../writing/state';
import { Knobs } from './Knobs';

const HINT = 'The program appears here while it is being written. You can also type or paste one.';

export function ProgramPanel() {
  const writing = useFrom('writing', (state) => state.writing);
  const draft = useFrom('checking', (state) => state.draft);
  const setDraft = useFrom('checking', (state) => state.setDraft);
  const loaded = useFrom('checking', (state) => state.loaded);
  const checking = useFrom('checking', (state) => state.checking);
  const busy = isBusy(writing);
  const streamed = busy && textOf(writing) !== '';
  const changed = loaded !== null && draft !== loaded.program.source;
  return (
    <section className="program sheet" aria-label="Program">
      <div className="section-head">
        <h2>
          <span className="mark" aria-hidden="true">
            §2
          </span>
          The program
        </h2>
        {changed && !busy && <span className="badge">Changed, not checked</span>}
        <ActionButton id="download" look="quiet" />
        <ActionButton id="check" look="plain" />
      </div>
      {loaded !== null && !streamed && <Knobs constants={loaded.program.constants} />}
      <CodeEditor
        label="Program text"
        language="python"
        value={streamed ? textOf(writing) : draft}
        onChange={setDraft}
        readOnly={busy}
        hint={HINT}
      />
      {checking.kind === 'failed' && (
        <>
          <TroubleNote trouble={checking.trouble} />
          {loaded !== null && (
            <p className="quiet-text">The board still plays the program that was checked before.</p>
          )}
        </>
      )}
      {loaded !== null && !streamed && <Mends mends={loaded.program.mends} />}
    </section>
  );
}

function Mends({ mends }: { mends: readonly Mend[] }) {
  if (mends.length === 0) return null;
  return (
    <details className="mends">
      <summary>
        {mends.length === 1 ? 'One thing was mended' : `${mends.length} things were mended`}
      </summary>
      <ul>
        {mends.map((mend, index) => (
          <li key={index}>
            {mend.line !== null && <span className="numbers">Line {mend.line}: </span>}
            {mend.message}
          </li>
        ))}
      </ul>
    </details>
  );
}
