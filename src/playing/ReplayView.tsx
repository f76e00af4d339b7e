import { ActionButton } from '../app/ActionButton';
import { useFrom } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import { lastStep, type OpenReplay, type World } from '../checking/replay';
import { NO_HINT, type BoardHint } from './hint';
import { View } from './View';
import { playerName } from './words';

/** Action lists step by step on the board: a counter-example, a leak's two worlds side by side, or a match. */
export function ReplayView({ replay }: { replay: OpenReplay }) {
  const facts = useFrom('playing', (state) => state.facts);
  const { worlds, step } = replay;
  const names = facts?.names ?? worlds[0]?.position?.names ?? [];
  return (
    <div className="replay">
      <Head replay={replay} />
      {(facts?.hidden === true || worlds.length > 1) && <SeenBy names={names} seat={replay.seat} />}
      <div className={worlds.length > 1 ? 'worlds-beside' : undefined}>
        {worlds.map((world, index) => (
          <WorldView
            key={index}
            world={world}
            title={worlds.length > 1 ? `World ${index + 1}` : null}
            {...{ step }}
            seat={replay.seat}
            hint={facts?.board ?? NO_HINT}
          />
        ))}
      </div>
      <Steps replay={replay} />
    </div>
  );
}

function Head({ replay: { subject, worlds } }: { replay: OpenReplay }) {
  if (subject.kind === 'match') {
    return (
      <div className="replay-head">
        <p>
          <strong>The match, looked back on</strong>
        </p>
        <p>A position that is right can be kept: every new candidate is then checked against it.</p>
      </div>
    );
  }
  if (subject.kind === 'scenario') {
    return (
      <div className="replay-head">
        <p>
          <strong>Scenario: {subject.name}</strong>
        </p>
      </div>
    );
  }
  const { check, message } = subject.finding;
  return (
    <div className="replay-head">
      <p>
        <strong>
          {worlds.length > 1 ? 'Two worlds' : 'Counter-example'}: {check.replace(/[_-]/g, ' ')}
        </strong>
      </p>
      <p>{message}</p>
    </div>
  );
}

function SeenBy({ names, seat }: { names: readonly string[]; seat: number | null }) {
  const seeAs = useFrom('checking', (state) => state.seeAs);
  return (
    <label className="field">
      <span>Seen by</span>
      <select
        value={seat ?? ''}
        onChange={(event) => seeAs(event.target.value === '' ? null : Number(event.target.value))}
      >
        <option value="">everybody, all open</option>
        {names.map((name, player) => (
          <option key={player} value={player}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WorldProps {
  world: World;
  title: string | null;
  step: number;
  seat: number | null;
  hint: BoardHint;
}

function WorldView({ world, title, step, seat, hint }: WorldProps) {
  const { position, actions, trouble } = world;
  const made = Math.min(step, actions.length);
  return (
    <section className="world" aria-label={title ?? 'The position'}>
      {title !== null && (
        <p className="world-title">
          {title}
          {made > 0 && <>: {actions.slice(0, made).join(', ')}</>}
        </p>
      )}
      {position !== null && (
        <>
          <View
            view={position.view}
            before={null}
            names={position.names}
            seat={seat}
            legal={[]}
            said={[...actions, ...position.legal]}
            hint={hint}
            onTarget={() => undefined}
          />
          <p className="replay-turn">{turn(position.player, position.names)}</p>
        </>
      )}
      {trouble !== null && <TroubleNote trouble={trouble} />}
    </section>
  );
}

function Steps({ replay }: { replay: OpenReplay }) {
  const go = useFrom('checking', (state) => state.stepReplay);
  const close = useFrom('checking', (state) => state.closeReplay);
  const last = lastStep(replay);
  const { step, worlds, subject } = replay;
  const [only] = worlds;
  const made = worlds.length === 1 && step > 0 ? only?.actions[step - 1] : undefined;
  return (
    <div className="replay-steps">
      <button type="button" className="button" disabled={step === 0} onClick={() => go(step - 1)}>
        Back
      </button>
      <p className="numbers" aria-live="polite">
        Step {step} of {last}
        {made !== undefined && <>: {made}</>}
      </p>
      <button type="button" className="button" disabled={step >= last} onClick={() => go(step + 1)}>
        Forward
      </button>
      {subject.kind === 'match' && <ActionButton id="keep-scenario" />}
      <button type="button" className="button" onClick={close}>
        Back to the match
      </button>
    </div>
  );
}

function turn(player: number, names: readonly string[]): string {
  if (player === -4) return 'The program says: the game is over.';
  if (player === -1) return 'The program says: chance is next.';
  return `The program says: ${playerName(names, player)} is to move.`;
}
