import { useState } from 'react';

interface Props {
  legal: readonly string[];
  onPick: (action: string) => void;
}

/** More actions than this get a box to filter them. */
const MANY = 30;

/** Every legal action as a button named by its action string. */
export function LegalActions({ legal, onPick }: Props) {
  const [filter, setFilter] = useState('');
  const many = legal.length > MANY;
  const words = many ? filter.trim().toLowerCase() : '';
  const shown = words === '' ? legal : legal.filter((one) => one.toLowerCase().includes(words));
  return (
    <div className="legal">
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
            <button type="button" className="button action" onClick={() => onPick(action)}>
              {action}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
