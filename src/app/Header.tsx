import { ActionButton } from './ActionButton';
import { useAction, useFrom } from './context';

const THEMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

export function Header() {
  const choice = useFrom('theme', (state) => state.choice);
  const shown = useFrom('theme', (state) => state.shown);
  const { action } = useAction('theme');
  return (
    <header className="masthead">
      <a className="skip" href="#board">
        Go to the board
      </a>
      <div className="brand">
        <Logo />
        <div>
          <h1>Rulewright</h1>
          <p>Type the rules, play the game.</p>
        </div>
      </div>
      <nav aria-label="Page">
        <ActionButton id="palette" look="quiet" showKeys />
        <ActionButton id="shortcuts" look="quiet" />
        <button
          type="button"
          className="button quiet icon"
          aria-label={`Theme: ${THEMES[choice]}`}
          title={`Theme: ${THEMES[choice]}`}
          onClick={action.run}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="10" cy="10" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
            {choice === 'system' ? (
              <path d="M10 3.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
            ) : (
              shown === 'dark' && <circle cx="10" cy="10" r="6.5" fill="currentColor" />
            )}
          </svg>
        </button>
      </nav>
    </header>
  );
}

function Logo() {
  return (
    <svg className="logo" viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="14" fill="#17493a" />
      <path d="M32 9v46M9 32h46" stroke="#2f6b57" strokeWidth="3" strokeLinecap="round" />
      <g fill="none" strokeWidth="5" strokeLinecap="round">
        <path d="M14.5 14.5l10 10m0-10l-10 10" stroke="#f5b83d" />
        <circle cx="44.5" cy="44.5" r="6.5" stroke="#f4efe0" />
      </g>
    </svg>
  );
}
