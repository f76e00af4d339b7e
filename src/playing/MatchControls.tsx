import { ActionButton } from '../app/ActionButton';
import { useFrom } from '../app/context';
import type { Opponent, Strength } from './match';

const STRENGTH_WORDS: Record<Strength, string> = {
  quick: 'Quick',
  normal: 'Normal',
  strong: 'Strong',
};

export function MatchControls() {
  const opponent = useFrom('playing', (state) => state.opponent);
  const strength = useFrom('playing', (state) => state.strength);
  const setOpponent = useFrom('playing', (state) => state.setOpponent);
  const setStrength = useFrom('playing', (state) => state.setStrength);
  const thinking = useFrom('playing', (state) => state.playing.kind === 'thinking');
  return (
    <div className="controls">
      <div className="control-fields">
        <label className="field">
          <span>Opponent</span>
          <select
            value={opponent}
            onChange={(event) => setOpponent(event.target.value as Opponent)}
          >
            <option value="search">Search</option>
            <option value="friend">Friend</option>
          </select>
        </label>
        {opponent === 'search' && (
          <label className="field">
            <span>Strength</span>
            <select
              value={strength}
              onChange={(event) => setStrength(event.target.value as Strength)}
            >
              {(Object.keys(STRENGTH_WORDS) as Strength[]).map((one) => (
                <option key={one} value={one}>
                  {STRENGTH_WORDS[one]}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div className="control-buttons">
        {thinking && <ActionButton id="move-now" />}
        <ActionButton id="undo" />
        <ActionButton id="hint" />
        <ActionButton id="swap" />
        <ActionButton id="new-match" />
      </div>
    </div>
  );
}
