import { useEffect, useRef, useState } from 'react';
import { keysInWords, type Action } from './actions';
import { IS_MAC } from './ActionButton';
import { usePage } from './context';
import { Overlay } from './Overlay';

/** The enabled actions whose words contain every word of the query. */
export function found(actions: readonly Action[], query: string): Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = ['Rules', 'Program', 'Match', 'Library', 'Page'];
  const enabled = actions.filter((action) => {
    const text = `${action.group} ${action.title} ${action.about}`.toLowerCase();
    return (
      action.id !== 'palette' && action.enabled() && words.every((word) => text.includes(word))
    );
  });
  return enabled.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}

export function Palette() {
  const { stores, actions } = usePage();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = found(Object.values(actions), query);
  const index = Math.min(chosen, Math.max(0, list.length - 1));

  useEffect(() => {
    input.current?.focus();
  }, []);

  const run = (action: Action | undefined) => {
    if (action === undefined) return;
    stores.shell.getState().show('none');
    // After the overlay has given the focus back.
    setTimeout(() => {
      action.run();
    }, 0);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((index + step + list.length) % Math.max(1, list.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(list[index]);
    }
  };
  return (
    <Overlay label="Commands">
      <input
        ref={input}
        className="palette-query"
        role="combobox"
        aria-label="Find a command"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={list[index] === undefined ? undefined : `palette-${list[index].id}`}
        placeholder="What do you want to do?"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Found list={list} index={index} choose={setChosen} run={run} />
      {list.length === 0 && <p className="quiet-text">No command has these words.</p>}
    </Overlay>
  );
}

interface FoundProps {
  list: readonly Action[];
  index: number;
  choose: (index: number) => void;
  run: (action: Action) => void;
}

function Found({ list, index, choose, run }: FoundProps) {
  return (
    <ul id="palette-list" className="palette-list" role="listbox" aria-label="Commands found">
      {list.map((action, at) => (
        <li
          key={action.id}
          id={`palette-${action.id}`}
          role="option"
          aria-selected={at === index}
          onPointerMove={() => choose(at)}
          onClick={() => run(action)}
        >
          <span className="group">{action.group}</span>
          <span>{action.about}</span>
          {action.keys !== null && <kbd>{keysInWords(action.keys, IS_MAC)}</kbd>}
        </li>
      ))}
    </ul>
  );
}
