import { useFrom } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import type { Replay } from '../checking/store';
import { View } from './View';
import { playerName } from './words';

/** A counter-example, step by step, on the board. */
export function ReplayView({ replay }: { replay: Extract<Replay, { kind: 'open' }> }) {
  const step = useFrom('checking', (state) => state.stepReplay);
  const close = useFrom('checking', (state) => state.closeReplay);
  const { finding, actions, position } = replay;
  const last = actions.length;
  return (
    <div className="replay">
      <div className="replay-head">
        <p>
          <strong>Counter-example: {finding.check.replace(/[_-]/g, ' ')}</strong>
        </p>
        <p>{finding.message}</p>
      </div>
      {position !== null && (
        <>
          <View
            view={position.view}
            before={null}
            names={position.names}
            seat={null}
            legal={[]}
            onTarget={() => undefined}
          />
          <p className="replay-turn">{turn(position.player, position.names)}</p>
        </>
      )}
      {replay.trouble !== null && <TroubleNote trouble={replay.trouble} />}
      <div className="replay-steps">
        <button
          type="button"
          className="button"
          disabled={replay.step === 0}
          onClick={() => step(replay.step - 1)}
        >
          Back
        </button>
        <p className="numbers" aria-live="polite">
          Step {replay.step} of {last}
          {replay.step > 0 && <>: {actions[replay.step - 1]}</>}
        </p>
        <button
          type="button"
          className="button"
          disabled={replay.step >= last}
          onClick={() => step(replay.step + 1)}
        >
          Forward
        </button>
        <button type="button" className="button" onClick={close}>
          Back to the match
        </button>
      </div>
    </div>
  );
}

function turn(player: number, names: readonly string[]): string {
  if (player === -4) return 'The program says: the game is over.';
  if (player === -1) return 'The program says: chance is next.';
  return `The program says: ${playerName(names, player)} is to move.`;
}
