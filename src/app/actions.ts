/** Everything a person can do, once: an action gives its button, its keyboard shortcut and its line in the palette. */
import { actionsOf, mayReveal } from '../playing/match';
import { isBusy } from '../writing/state';
import type { Stores } from './stores';

export interface Action {
  readonly id: ActionId;
  /** The name of its button. */
  readonly title: string;
  /** What it does, for the palette and the list of shortcuts, where the title is too short. */
  readonly about: string;
  readonly group: 'Rules' | 'Program' | 'Match' | 'Library' | 'Page';
  /** "Mod" is Ctrl, or Command on a Mac. A key without Mod works outside of text fields only. */
  readonly keys: string | null;
  readonly enabled: () => boolean;
  readonly run: () => void;
}

export type ActionId =
  | 'write'
  | 'cancel'
  | 'new-game'
  | 'focus-rules'
  | 'check'
  | 'download'
  | 'new-match'
  | 'undo'
  | 'swap'
  | 'hint'
  | 'move-now'
  | 'look-back'
  | 'keep-scenario'
  | 'export'
  | 'theme'
  | 'palette'
  | 'shortcuts';

export type Actions = Readonly<Record<ActionId, Action>>;

/** Acts on the document that stores must not know of. */
export interface Surroundings {
  readonly download: (name: string, text: string) => void;
  readonly focus: (label: string) => void;
}

type Specs = Omit<Action, 'id'>;

function writingActions(stores: Stores): Record<'write' | 'cancel' | 'check', Specs> {
  const writing = () => stores.writing.getState();
  const checking = () => stores.checking.getState();
  const checks = () => ['opening', 'checking'].includes(checking().checking.kind);
  return {
    write: {
      title: 'Write',
      about: 'Write a program from the rules',
      group: 'Rules',
      keys: 'Mod+Enter',
      enabled: () => !isBusy(writing().writing),
      run: () => void writing().write(),
    },
    cancel: {
      title: 'Cancel',
      about: 'Cancel writing or checking',
      group: 'Rules',
      keys: 'Escape',
      enabled: () => isBusy(writing().writing) || checks(),
      run: () => {
        if (isBusy(writing().writing)) writing().cancel();
        else checking().cancel();
      },
    },
    check: {
      title: 'Check again',
      about: 'Check the program as it now stands',
      group: 'Program',
      keys: 'Mod+Shift+Enter',
      enabled: () => checking().draft.trim() !== '' && !checks() && !isBusy(writing().writing),
      run: () => void checking().checkAgain(),
    },
  };
}

type MatchAction = 'new-match' | 'undo' | 'swap' | 'hint' | 'move-now';
type RecordAction = 'look-back' | 'keep-scenario';

function matchActions(stores: Stores): Record<MatchAction, Specs> {
  const table = () => stores.playing.getState();
  const going = () => table().playing.kind !== 'none';
  const begun = () => {
    const { playing } = table();
    return playing.kind !== 'none' && playing.match.moves.some((move) => move.player >= 0);
  };
  return {
    'new-match': {
      title: 'New match',
      about: 'Start a new match',
      group: 'Match',
      keys: 'n',
      enabled: () => table().facts !== null,
      run: () => {
        table().newMatch();
      },
    },
    undo: {
      title: 'Undo',
      about: 'Take back your last move',
      group: 'Match',
      keys: 'u',
      enabled: begun,
      run: () => {
        table().undo();
      },
    },
    swap: {
      title: 'Swap seats',
      about: 'Move everybody on by one seat',
      group: 'Match',
      keys: 's',
      enabled: going,
      run: () => {
        table().swapSeats();
      },
    },
    hint: {
      title: 'Hint',
      about: 'Let the search look at your move',
      group: 'Match',
      keys: 'h',
      enabled: () => table().playing.kind === 'awaiting',
      run: () => {
        table().hint();
      },
    },
    'move-now': {
      title: 'Move now',
      about: 'End the search: the best that it has found so far counts',
      group: 'Match',
      keys: 'm',
      enabled: () => table().playing.kind === 'thinking',
      run: () => {
        table().moveNow();
      },
    },
  };
}

/** What is done with a match as a whole; of hidden information nothing is shown before the end. */
function recordActions(stores: Stores): Record<RecordAction, Specs> {
  const open = () => {
    const { playing, facts } = stores.playing.getState();
    return facts !== null && mayReveal(playing, facts);
  };
  const actions = () => {
    const { playing } = stores.playing.getState();
    return playing.kind === 'none' ? [] : actionsOf(playing.match);
  };
  return {
    'look-back': {
      title: 'Look back',
      about: 'Step through the match with everything open; with hidden information, at its end',
      group: 'Match',
      keys: 'b',
      enabled: () => open() && actions().length > 0,
      run: () => {
        stores.checking.getState().lookBack(actions());
      },
    },
    'keep-scenario': {
      title: 'Keep as a scenario',
      about:
        'Check every new candidate against this position; with hidden information, at the end of the match',
      group: 'Match',
      keys: 'k',
      enabled: open,
      run: () => {
        const { replay } = stores.checking.getState();
        const shown = replay.kind === 'open' && replay.subject.kind === 'match' ? replay : null;
        const looked = shown?.worlds[0]?.actions.slice(0, shown.step);
        void stores.keepScenario(looked ?? actions());
      },
    },
  };
}

type WorkAction = 'new-game' | 'focus-rules' | 'download' | 'export';

function workActions(stores: Stores, around: Surroundings): Record<WorkAction, Specs> {
  return {
    'new-game': {
      title: 'New game',
      about: 'Start with empty rules; what is here stays in the library',
      group: 'Rules',
      keys: null,
      enabled: () => true,
      run: () => {
        stores.openGame(null);
        around.focus('Rules');
      },
    },
    'focus-rules': {
      title: 'Go to the rules',
      about: 'Go to the rules',
      group: 'Rules',
      keys: 'r',
      enabled: () => true,
      run: () => {
        around.focus('Rules');
      },
    },
    download: {
      title: 'Download',
      about: 'Download the program as a plain Python file',
      group: 'Program',
      keys: null,
      enabled: () => stores.checking.getState().loaded !== null,
      run: () => {
        const { loaded } = stores.checking.getState();
        if (loaded !== null) around.download('game.py', loaded.program.plain);
      },
    },
    export: {
      title: 'Export all',
      about: 'Export all saved games as a file',
      group: 'Library',
      keys: null,
      enabled: () => stores.library.getState().games.length > 0,
      run: () => {
        around.download('rulewright-library.json', stores.library.getState().exportText(null));
      },
    },
  };
}

function pageActions(stores: Stores): Record<'theme' | 'palette' | 'shortcuts', Specs> {
  const over = (overlay: 'palette' | 'shortcuts') => () => {
    const { overlay: now, show } = stores.shell.getState();
    show(now === overlay ? 'none' : overlay);
  };
  const page = { group: 'Page', enabled: () => true } as const;
  return {
    theme: {
      ...page,
      title: 'Theme',
      about: 'Change the theme: system, light, dark',
      keys: 't',
      run: () => {
        stores.theme.getState().next();
      },
    },
    palette: {
      ...page,
      title: 'Commands',
      about: 'Find a command',
      keys: 'Mod+k',
      run: over('palette'),
    },
    shortcuts: {
      ...page,
      title: 'Shortcuts',
      about: 'List the keyboard shortcuts',
      keys: '?',
      run: over('shortcuts'),
    },
  };
}

export function createActions(stores: Stores, around: Surroundings): Actions {
  const specs: Record<ActionId, Specs> = {
    ...writingActions(stores),
    ...matchActions(stores),
    ...recordActions(stores),
    ...workActions(stores, around),
    ...pageActions(stores),
  };
  const entries = (Object.keys(specs) as ActionId[]).map((id) => [id, { id, ...specs[id] }]);
  return Object.fromEntries(entries) as Record<ActionId, Action>;
}

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether a key press is the one that an action's `keys` name. */
export function matches(keys: string, press: KeyPress): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const mod = press.ctrlKey || press.metaKey;
  if (parts.includes('Mod') !== mod || press.altKey) return false;
  // "?" needs Shift on some keyboards and not on others.
  if (mod && parts.includes('Shift') !== press.shiftKey) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** The enabled action that a key press calls; plain keys are left to text fields. */
export function actionFor(actions: Actions, press: KeyPress, typing: boolean): Action | null {
  const called = Object.values(actions).find((action) => {
    if (action.keys === null || !matches(action.keys, press)) return false;
    const plain = action.keys.length === 1;
    return !(plain && typing) && action.enabled();
  });
  return called ?? null;
}

/** "Ctrl+Enter", or "⌘Enter" on a Mac. */
export function keysInWords(keys: string, mac: boolean): string {
  const name = keys.split('+').at(-1) ?? '';
  const key = name === 'Escape' ? 'Esc' : name.length === 1 ? name.toUpperCase() : name;
  const held = keys.split('+').slice(0, -1);
  const signs: Record<string, string> = mac
    ? { Mod: '⌘', Shift: '⇧' }
    : { Mod: 'Ctrl+', Shift: 'Shift+' };
  return held.map((one) => signs[one] ?? one).join('') + key;
}
