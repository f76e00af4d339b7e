import { useState } from 'react';
import { ActionButton } from '../app/ActionButton';
import { useFrom } from '../app/context';
import { withoutScenario, withScenario } from '../library/games';
import type { SavedScenario } from '../library/schema';
import { checksInWords, draftOf, plainScenario, withDraft, type Draft } from './scenarios';

/** The person's own scenarios of the game on the page. */
export function ScenarioList() {
  const scenarios = useFrom('library', (state) => state.current.scenarios);
  const checked = useFrom('checking', (state) => state.loaded?.scenarios ?? null);
  if (scenarios.length === 0) return null;
  const stale =
    checked !== null && JSON.stringify(checked) !== JSON.stringify(scenarios.map(plainScenario));
  return (
    <section className="scenarios" aria-labelledby="scenarios-heading">
      <div className="section-head">
        <h3 id="scenarios-heading">Your scenarios</h3>
        {stale && <ActionButton id="check" look="quiet" />}
      </div>
      <p className="quiet-text">
        Every new candidate has to make these positions come out as they stand here.
        {stale && ' The report does not know the latest of them yet.'}
      </p>
      <ul>
        {scenarios.map((scenario) => (
          <ScenarioItem key={scenario.id} scenario={scenario} />
        ))}
      </ul>
    </section>
  );
}

function ScenarioItem({ scenario }: { scenario: SavedScenario }) {
  const change = useFrom('library', (state) => state.change);
  const show = useFrom('checking', (state) => state.showScenario);
  const loaded = useFrom('checking', (state) => state.loaded !== null);
  const names = useFrom('playing', (state) => state.facts?.names ?? NOBODY);
  const [changing, setChanging] = useState(false);
  if (changing) {
    return (
      <li>
        <ScenarioForm scenario={scenario} names={names} done={() => setChanging(false)} />
      </li>
    );
  }
  return (
    <li>
      <p className="scenario-name">{scenario.name}</p>
      <p className="quiet-text">
        {[...checksInWords(scenario.checks, names)].join(' · ') || 'says nothing yet'}
      </p>
      <div className="saved-acts" role="group" aria-label={`${scenario.name}:`}>
        {loaded && (
          <button type="button" className="link" onClick={() => show(scenario)}>
            Show on the board
          </button>
        )}
        <button type="button" className="link" onClick={() => setChanging(true)}>
          Change
        </button>
        <button
          type="button"
          className="link"
          onClick={() => change((game) => withoutScenario(game, scenario.id), 'now')}
        >
          Delete
        </button>
      </div>
    </li>
  );
}

const NOBODY: readonly string[] = [];

interface FormProps {
  scenario: SavedScenario;
  names: readonly string[];
  done: () => void;
}

function ScenarioForm({ scenario, names, done }: FormProps) {
  const change = useFrom('library', (state) => state.change);
  const [draft, setDraft] = useState(() => draftOf(scenario));
  const [wrong, setWrong] = useState<string | null>(null);
  const set = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
  };
  const save = (): void => {
    const changed = withDraft(scenario, draft);
    if (typeof changed === 'string') {
      setWrong(changed);
      return;
    }
    change((game) => withScenario(game, changed), 'now');
    done();
  };
  return (
    <form
      className="scenario-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="field">
        <span>Name</span>
        <input
          type="text"
          maxLength={200}
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
      </label>
      <p className="quiet-text">
        After {scenario.actions.length === 0 ? 'no action' : scenario.actions.join(', ')}:
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.over}
          onChange={(event) => set({ over: event.target.checked, player: '' })}
        />
        <span>The game is over</span>
      </label>
      <PlayerField draft={draft} names={names} set={set} />
      <label className="field">
        <span>Rewards</span>
        <input
          type="text"
          placeholder="not said"
          value={draft.rewards}
          onChange={(event) => set({ rewards: event.target.value })}
        />
      </label>
      {!draft.over && <LegalFields draft={draft} set={set} />}
      {wrong !== null && (
        <p className="bad-text" role="alert">
          {wrong}
        </p>
      )}
      <div className="saved-acts">
        <button type="submit" className="button plain">
          Save
        </button>
        <button type="button" className="button quiet" onClick={done}>
          Leave as it was
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

function PlayerField({ draft, names, set }: FieldProps & { names: readonly string[] }) {
  return (
    <label className="field">
      <span>{draft.over ? 'Who has won' : 'Who is to move'}</span>
      <select value={draft.player} onChange={(event) => set({ player: event.target.value })}>
        <option value="">not said</option>
        {names.map((name, player) => (
          <option key={player} value={player}>
            {name}
          </option>
        ))}
        {draft.over ? (
          <option value="draw">nobody: a draw</option>
        ) : (
          <option value="-1">chance</option>
        )}
      </select>
    </label>
  );
}

function LegalFields({ draft, set }: FieldProps) {
  return (
    <>
      <label className="field">
        <span>Legal here, one a line: these and no others</span>
        <textarea
          rows={4}
          placeholder="not said"
          value={draft.legal}
          onChange={(event) => set({ legal: event.target.value })}
        />
      </label>
      <label className="field">
        <span>Not legal here, one a line</span>
        <textarea
          rows={2}
          placeholder="not said"
          value={draft.illegal}
          onChange={(event) => set({ illegal: event.target.value })}
        />
      </label>
    </>
  );
}
