import { useFrom } from './context';
import { describeStatus } from './status';

/** One sentence on what the page does or waits for; read aloud when it changes. */
export function StatusLine() {
  const { tone, text } = describeStatus({
    runtime: useFrom('shell', (state) => state.runtime),
    wentOn: useFrom('shell', (state) => state.wentOn),
    notice: useFrom('shell', (state) => state.notice),
    writing: useFrom('writing', (state) => state.writing),
    checking: useFrom('checking', (state) => state.checking),
    playing: useFrom('playing', (state) => state.playing),
    facts: useFrom('playing', (state) => state.facts),
    storage: useFrom('library', (state) => state.storage),
  });
  return (
    <div className={`status ${tone}`}>
      <span className="lamp" aria-hidden="true" />
      <p role="status">{text}</p>
    </div>
  );
}
