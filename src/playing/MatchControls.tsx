import { ActionButton } from '../app/ActionButton';
import { useFrom } from '../app/context';
import type { Seat, Strength } from './match';
import { playerName } from './words';

const STRENGTH_WORDS: Record<Strength, string> = {
  quick: 'Quick',
  normal: 'Normal',
  strong: 'Strong',
};

const SEAT_WORDS: Record<Seat, string> = { human: 'Person', search: 'Search' };

/** A choice of one of a few words. */
function Choice<T extends string>(props: {
  label: string;
  words: Record<T, string>;
  value: T;
  onChange: (value: T) => void;
}) {
  const { label, words, value, onChange } = props;
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as T)}>
        {(Object.keys(words) as T[]).map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

export function MatchControls() {
  const names = useFrom('playing', (state) => state.facts?.names ?? NOBODY);
  const seats = useFrom('playing', (state) => state.seats);
  const strength = useFrom('playing', (state) => state.strength);
  const setSeat = useFrom('playing', (state) => state.setSeat);
  const setStrength = useFrom('playing', (state) => state.setStrength);
  const thinking = useFrom('playing', (state) => state.playing.kind === 'thinking');
  const over = useFrom('playing', (state) => state.playing.kind === 'over');
  return (
    <div className="controls">
      <div className="control-fields" role="group" aria-label="Who plays">
        {seats.map((who, player) => (
          <Choice
            key={player}
            label={playerName(names, player)}
            words={SEAT_WORDS}
            value={who}
            onChange={(next) => setSeat(player, next)}
          />
        ))}
        <Choice label="Strength" words={STRENGTH_WORDS} value={strength} onChange={setStrength} />
      </div>
      <div className="control-buttons">
        {thinking && <ActionButton id="move-now" />}
        <ActionButton id="undo" />
        <ActionButton id="hint" />
        <ActionButton id="swap" />
        <ActionButton id="new-match" look={over ? 'primary' : 'plain'} />
        <ActionButton id="look-back" />
        <ActionButton id="keep-scenario" />
      </div>
    </div>
  );
}

const NOBODY: readonly string[] = [];
