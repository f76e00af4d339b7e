import { useRef, useState } from 'react';
import { useFrom } from '../app/context';
import type { Constant, Json } from '../runtime/protocol';
import { knobOf, nameInWords, parsed, typed, type Knob } from './knobs';

/** A number is taken over when typing pauses this many milliseconds. */
const PAUSE = 700;

/** What the model understood, as inputs: changing one changes the program and checks it again. */
export function Knobs({ constants }: { constants: readonly Constant[] }) {
  const tune = useFrom('checking', (state) => state.tune);
  if (constants.length === 0) return null;
  return (
    <fieldset className="knobs">
      <legend>What was understood</legend>
      {constants.map((constant) => {
        const knob = knobOf(constant);
        const set = (value: Json) => void tune(constant.name, value);
        return <KnobInput key={constant.name} knob={knob} set={set} />;
      })}
    </fieldset>
  );
}

function KnobInput({ knob, set }: { knob: Knob; set: (value: Json) => void }) {
  const [text, setText] = useState(typed(knob));
  const [shown, setShown] = useState(typed(knob));
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  if (shown !== typed(knob)) {
    setShown(typed(knob));
    setText(typed(knob));
  }
  const commit = (entered: string) => {
    clearTimeout(timer.current);
    const value = parsed(knob, entered);
    if (value !== undefined && entered !== typed(knob)) set(value);
  };
  if (knob.kind === 'switch') {
    return (
      <label className="knob switch">
        <input
          type="checkbox"
          role="switch"
          checked={knob.value}
          onChange={(event) => set(event.target.checked)}
        />
        <span>{nameInWords(knob.name)}</span>
      </label>
    );
  }
  return (
    <label className={`knob ${knob.kind}`}>
      <span>{nameInWords(knob.name)}</span>
      <input
        type={knob.kind === 'number' ? 'number' : 'text'}
        step="any"
        value={text}
        size={Math.min(40, Math.max(3, text.length + 1))}
        aria-invalid={parsed(knob, text) === undefined}
        onChange={(event) => {
          const entered = event.target.value;
          setText(entered);
          clearTimeout(timer.current);
          // The arrows of a number input never leave the field.
          if (knob.kind === 'number') timer.current = setTimeout(() => commit(entered), PAUSE);
        }}
        onBlur={() => commit(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit(text);
        }}
      />
    </label>
  );
}
