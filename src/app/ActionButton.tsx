import type { ActionId } from './actions';
import { keysInWords } from './actions';
import { useAction } from './context';

export const IS_MAC =
  typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

interface Props {
  id: ActionId;
  look?: 'primary' | 'quiet' | 'plain';
  /** Shows the shortcut beside the title. */
  showKeys?: boolean;
}

/** The button of an action: its title is the accessible name, its shortcut the tooltip. */
export function ActionButton({ id, look = 'plain', showKeys = false }: Props) {
  const { action, enabled } = useAction(id);
  const keys = action.keys === null ? null : keysInWords(action.keys, IS_MAC);
  return (
    <button
      type="button"
      className={`button ${look}`}
      disabled={!enabled}
      title={keys === null ? action.about : `${action.about} (${keys})`}
      aria-keyshortcuts={action.keys === null ? undefined : action.keys.replace('Mod', 'Control')}
      onClick={action.run}
    >
      {action.title}
      {showKeys && keys !== null && <kbd aria-hidden="true">{keys}</kbd>}
    </button>
  );
}
