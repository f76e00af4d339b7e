import { keysInWords } from './actions';
import { IS_MAC } from './ActionButton';
import { usePage } from './context';
import { Overlay } from './Overlay';

export function Shortcuts() {
  const { stores, actions } = usePage();
  const keyed = Object.values(actions).filter(({ keys }) => keys !== null);
  return (
    <Overlay label="Keyboard shortcuts">
      <h2>Keyboard shortcuts</h2>
      <dl className="shortcuts">
        {keyed.map(({ id, about, keys }) => (
          <div key={id}>
            <dt>{about}</dt>
            <dd>
              <kbd>{keysInWords(keys ?? '', IS_MAC)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet-text">
        Single letters work while no text field has the focus. On a board the arrow keys move from
        cell to cell.
      </p>
      <button
        type="button"
        className="button plain"
        onClick={() => stores.shell.getState().show('none')}
      >
        Close
      </button>
    </Overlay>
  );
}
