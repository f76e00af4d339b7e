// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { actionFor, createActions, keysInWords, matches, type KeyPress } from './actions';
import { found } from './Palette';
import { createStores } from './stores';
import { createFakeServices } from './testing/parts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

function setUp() {
  const { services, engine } = createFakeServices();
  const stores = createStores(services);
  const around = { download: vi.fn(), focus: vi.fn() };
  return { stores, engine, around, actions: createActions(stores, around) };
}

describe('shortcuts', () => {
  it('tell Mod, Shift and plain keys apart', () => {
    expect(matches('Mod+Enter', press('Enter', { ctrlKey: true }))).toBe(true);
    expect(matches('Mod+Enter', press('Enter', { metaKey: true }))).toBe(true);
    expect(matches('Mod+Enter', press('Enter'))).toBe(false);
    expect(matches('Mod+Enter', press('Enter', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(matches('?', press('?', { shiftKey: true }))).toBe(true);
    expect(matches('n', press('n', { altKey: true }))).toBe(false);
  });

  it('leave plain keys to text fields', () => {
    const { actions } = setUp();
    expect(actionFor(actions, press('?', { shiftKey: true }), true)).toBeNull();
    expect(actionFor(actions, press('?', { shiftKey: true }), false)?.id).toBe('shortcuts');
    expect(actionFor(actions, press('Enter', { ctrlKey: true }), true)?.id).toBe('write');
  });

  it('call enabled actions only', () => {
    const { actions } = setUp();
    expect(actionFor(actions, press('Escape'), false)).toBeNull();
    expect(actionFor(actions, press('n'), false)).toBeNull();
  });

  it('differ from each other', () => {
    const { actions } = setUp();
    const keys = Object.values(actions).flatMap((action) => action.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are written as the keyboard has them', () => {
    expect(keysInWords('Mod+Shift+Enter', false)).toBe('Ctrl+Shift+Enter');
    expect(keysInWords('Mod+k', true)).toBe('⌘K');
    expect(keysInWords('Escape', false)).toBe('Esc');
  });
});

describe('the palette', () => {
  it('finds enabled actions by any of their words', () => {
    const { actions } = setUp();
    const all = Object.values(actions);
    expect(found(all, 'write program').map(({ id }) => id)).toEqual(['write']);
    expect(found(all, 'new match')).toEqual([]);
  });
});

describe('actions', () => {
  it('write, and play what was written', async () => {
    const { stores, actions } = setUp();
    stores.rules.getState().setText('Take one or two of five stones.');
    actions.write.run();
    await vi.waitFor(() => expect(stores.playing.getState().playing.kind).toBe('awaiting'));
    expect(actions['new-match'].enabled()).toBe(true);
    expect(actions.undo.enabled()).toBe(false);
  });

  it('download the plain program', async () => {
    const { stores, actions, around } = setUp();
    stores.checking.getState().setDraft('take-away 5');
    await stores.checking.getState().checkAgain();
    actions.download.run();
    expect(around.download).toHaveBeenCalledWith('game.py', 'plain take-away 5');
  });
});
