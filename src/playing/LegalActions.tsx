import { useContext, useState, type CSSProperties } from 'react';
import { percent, WeighingContext } from './marks';

interface Props {
  legal: readonly string[];
  /** Draws them as cards: a choice of a few with no place on a board. */
  asCards: boolean;
  /** What short actions mean. */
  words: Readonly<Record<string, string>>;
  onPick: (action: string) => void;
}

/** More actions than this get a box to filter them. */
const MANY = 30;

/** Every legal action as a button named by its action string. */
export function LegalActions({ legal, asCards, words, onPick }: Props) {
  const [filter, setFilter] = useState('');
  const many = legal.length > MANY;
  const typed = many ? filter.trim().toLowerCase() : '';
  const shown = typed === '' ? legal : legal.filter((one) => one.toLowerCase().includes(typed));
  return (
    <div className={asCards ? 'legal as-cards' : 'legal'}>
      {many && (
        <input
          type="search"
          aria-label="Filter the actions"
          placeholder={`Filter ${legal.length} actions`}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <ul aria-label="Legal actions">
        {shown.map((action) => (
          <li key={action}>
            <LegalAction action={action} word={words[action]} onPick={onPick} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ActionProps {
  action: string;
  word: string | undefined;
  onPick: (action: string) => void;
}

function LegalAction({ action, word, onPick }: ActionProps) {
  const mark = useContext(WeighingContext)?.mark([action]) ?? null;
  const look = mark === null ? '' : mark.best ? ' weighed best' : ' weighed';
  const share = mark === null ? undefined : percent(mark.share);
  return (
    <button
      type="button"
      className={`button action${look}`}
      style={share === undefined ? undefined : ({ '--share': share } as CSSProperties)}
      title={share === undefined ? undefined : `${share} of the visits`}
      onClick={() => onPick(action)}
    >
      <span className="action-name">{action}</span>
      {word !== undefined && <small className="action-word">{word}</small>}
    </button>
  );
}
