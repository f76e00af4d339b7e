import { Piece } from './Piece';
import { keyInWords } from './shapes';
import { Whose } from './Whose';

interface Props {
  name: string;
  values: readonly (string | number | null)[];
  /** True for the choices of a round that is over. */
  past: boolean;
  names: readonly string[];
  seat: number | null;
  /** Players who have chosen what the viewer may not see. */
  covered: ReadonlySet<number> | undefined;
  words: Readonly<Record<string, string>>;
}

/** What each player has chosen, as a card: open, face down, or still to be chosen. */
export function ChoiceCards({ name, values, past, names, seat, covered, words }: Props) {
  const title = past ? `${keyInWords(name)}, the last round` : keyInWords(name);
  return (
    <div className="hands choice-cards" role="group" aria-label={title}>
      {values.map((value, player) => (
        <div className="hand" key={player}>
          <ChoiceCard value={value} hidden={covered?.has(player) === true} words={words} />
          <Whose names={names} player={player} seat={seat} />
        </div>
      ))}
    </div>
  );
}

interface CardProps {
  value: string | number | null;
  hidden: boolean;
  words: Readonly<Record<string, string>>;
}

function ChoiceCard({ value, hidden, words }: CardProps) {
  if (value === null && hidden) {
    return <span className="choice back" role="img" aria-label="has chosen, face down" />;
  }
  if (value === null) {
    return (
      <span className="choice none" role="img" aria-label="has not chosen">
        …
      </span>
    );
  }
  const word = words[String(value)];
  return (
    <span className="choice" role="img" aria-label={word ?? String(value)}>
      <span className="choice-sign">
        {value === 'x' || value === 'o' ? <Piece cell={value} /> : value}
      </span>
      {word !== undefined && <span className="choice-word">{word}</span>}
    </span>
  );
}
