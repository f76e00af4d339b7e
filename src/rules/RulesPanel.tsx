import { ActionButton } from '../app/ActionButton';
import { CodeEditor } from '../app/CodeEditor';
import { useFrom } from '../app/context';
import { ModelChoice } from '../writing/ModelChoice';
import { WritingProgress } from '../writing/WritingProgress';
import { ExamplesGallery } from './ExamplesGallery';
import { GamesGallery } from './GamesGallery';

const HINT =
  'Two players take turns… Say what the board is, what a move does, and who wins. Or begin with an example below.';

export function RulesPanel() {
  const text = useFrom('rules', (state) => state.text);
  const setText = useFrom('rules', (state) => state.setText);
  return (
    <section className="rules sheet" aria-labelledby="rules-heading">
      <div className="section-head">
        <h2 id="rules-heading">
          <span className="mark" aria-hidden="true">
            §1
          </span>
          The rules
        </h2>
        <ActionButton id="new-game" look="quiet" />
      </div>
      <CodeEditor label="Rules" language="prose" value={text} onChange={setText} hint={HINT} />
      <div className="write-row">
        <ModelChoice />
        <div className="write-buttons">
          <ActionButton id="cancel" look="plain" />
          <ActionButton id="write" look="primary" showKeys />
        </div>
      </div>
      <WritingProgress />
      <ExamplesGallery />
      <GamesGallery />
    </section>
  );
}
