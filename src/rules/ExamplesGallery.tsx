import { useState, type JSX } from 'react';
import { useFrom, usePage } from '../app/context';
import { isBusy } from '../writing/state';
import { EXAMPLES, FAMILIES, type FamilyId } from './examples';

const ICONS: Record<FamilyId, JSX.Element> = {
  lines: <path d="M8.5 3v18M15.5 3v18M3 8.5h18M3 15.5h18M4.3 4.3l2.5 2.5m0-2.5L4.3 6.8" />,
  'take-away': <path d="M5 6h14M5 10.5h14M5 15h10M5 19.5h6" />,
  'dice-race': (
    <>
      <rect x="4" y="4" width="16" height="16" rx="4" />
      <path d="M9 9h.01M15 15h.01M12 12h.01" />
    </>
  ),
  'pawn-race': (
    <path d="M12 4a3 3 0 0 1 1.6 5.5c.3 3 1.4 5 3.4 7.5H7c2-2.5 3.1-4.5 3.4-7.5A3 3 0 0 1 12 4zM6 20h12" />
  ),
  simultaneous: (
    <>
      <circle cx="8.5" cy="12" r="5.5" />
      <circle cx="15.5" cy="12" r="5.5" />
    </>
  ),
  'small-poker': (
    <>
      <rect x="4" y="5" width="10" height="14" rx="2" />
      <path d="M16 6.5l3 .9a2 2 0 0 1 1.3 2.5L17.5 18" />
    </>
  ),
};

/** Rules texts to begin with, by family. */
export function ExamplesGallery() {
  const { stores } = usePage();
  // The gallery gives way to the program and the game, unless a person unfolds it.
  const writing = useFrom('writing', (state) => isBusy(state.writing));
  const loaded = useFrom('checking', (state) => state.loaded !== null);
  const [toggled, setToggled] = useState<boolean | null>(null);
  const open = toggled ?? !(loaded || writing);
  const chosen = useFrom('rules', (state) => state.example);
  return (
    <details className="examples" open={open}>
      <summary
        onClick={(event) => {
          event.preventDefault();
          setToggled(!open);
        }}
      >
        <h3>Examples</h3>
      </summary>
      <ul className="families">
        {FAMILIES.map((family) => (
          <li key={family.id}>
            <svg className="family-icon" viewBox="0 0 24 24" aria-hidden="true">
              {ICONS[family.id]}
            </svg>
            <h4>{family.title}</h4>
            <ul>
              {EXAMPLES.filter((example) => example.family === family.id).map(({ id, title }) => (
                <li key={id}>
                  <button
                    type="button"
                    className="link"
                    aria-pressed={id === chosen}
                    onClick={() => stores.openExample(id)}
                  >
                    {title}
                  </button>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
