// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStorage, type LibraryStorage } from '../library/storage';
import { createActions } from './actions';
import { App } from './App';
import { PageProvider } from './context';
import { focusEditor } from './editors';
import { createStores } from './stores';
import { createFakeServices } from './testing/parts';
import { fillInDom } from './testing/setup';

beforeAll(fillInDom);
afterEach(cleanup);

async function open(
  texts: string[] = ['take-away 5'],
  storage: LibraryStorage = createMemoryStorage(),
) {
  const { services } = createFakeServices({ texts, openStorage: () => Promise.resolve(storage) });
  const stores = createStores(services);
  const actions = createActions(stores, { download: () => undefined, focus: focusEditor });
  render(
    <PageProvider page={{ stores, actions }}>
      <App />
    </PageProvider>,
  );
  await stores.start();
  return stores;
}

async function written(texts?: string[], storage?: LibraryStorage) {
  const stores = await open(texts, storage);
  stores.rules.getState().setText('Take one or two of five stones; the last wins.');
  fireEvent.click(screen.getByRole('button', { name: 'Write' }));
  await screen.findByRole('list', { name: 'Legal actions' });
  return stores;
}

describe('the page', () => {
  it('has its parts under their names before anything is ready', async () => {
    await open();
    screen.getByRole('textbox', { name: 'Rules' });
    screen.getByRole('combobox', { name: 'Model' });
    screen.getByRole('button', { name: 'Write' });
    screen.getByRole('button', { name: 'Cancel' });
    for (const name of ['Program', 'Report', 'Board']) screen.getByRole('region', { name });
    expect(screen.getByRole('status').textContent).toContain('Ready');
  });

  it('writes, reports and lays out the board', async () => {
    await written();
    const report = screen.getByRole('region', { name: 'Report' });
    expect(report.textContent).toContain('Score 100 of 100');
    expect(report.textContent).toContain('syntax');
    const actions = screen.getByRole('list', { name: 'Legal actions' });
    const names = within(actions)
      .getAllByRole('button')
      .map((button) => button.textContent);
    expect(names).toEqual(['take 1', 'take 2']);
    screen.getByRole('button', { name: 'New match' });
    const seats = screen.getByRole('group', { name: 'Who plays' });
    const who = ['Ann', 'Bob'].map(
      (name) => within(seats).getByRole<HTMLSelectElement>('combobox', { name }).value,
    );
    expect(who).toEqual(['human', 'search']);
  });

  it('plays a match to its end by the list and by the board', async () => {
    const stores = await written();
    fireEvent.click(screen.getByRole('button', { name: 'take 1' }));
    await waitFor(() => expect(stores.playing.getState().playing.kind).toBe('awaiting'));
    // Five, less one each: a click on the second object from the top takes two, and the search the last.
    fireEvent.click(screen.getByRole('button', { name: 'object 2 from the top of heap 1' }));
    await waitFor(() => expect(stores.playing.getState().playing.kind).toBe('over'));
    expect(screen.getByRole('status').textContent).toContain('The search wins as Bob');
  });

  it('tells the result in words', async () => {
    const stores = await written(['take-away 2']);
    fireEvent.click(screen.getByRole('button', { name: 'take 2' }));
    await waitFor(() => expect(stores.playing.getState().playing.kind).toBe('over'));
    expect(screen.getByRole('status').textContent).toBe(
      'Game over. You win as Ann: Ann +1, Bob −1.',
    );
  });

  it('shows the same match at the same position after a reload', async () => {
    const storage = createMemoryStorage();
    const stores = await written(['take-away 9'], storage);
    fireEvent.click(screen.getByRole('button', { name: 'take 2' }));
    await waitFor(() => expect(stores.playing.getState().playing.kind).toBe('awaiting'));
    stores.library.getState().flush();
    cleanup();

    await open(['unused'], storage);
    await screen.findByRole('list', { name: 'Legal actions' });
    screen.getByRole('group', { name: 'Heap 1: 6' });
    expect(screen.getByRole('textbox', { name: 'Rules' }).textContent).toContain('Take one or two');
    expect(screen.getByRole('region', { name: 'Report' }).textContent).toContain('100');
  });

  it('replays a counter-example on the board and goes back to the match', async () => {
    await written(['take-away 5 flawed', 'take-away 5 flawed']);
    fireEvent.click(screen.getByRole('button', { name: /Replay on the board/ }));
    const board = screen.getByRole('region', { name: 'Board' });
    await within(board).findByText(/Step 0 of 2/);
    fireEvent.click(within(board).getByRole('button', { name: 'Forward' }));
    await within(board).findByText(/Step 1 of 2/);
    within(board).getByRole('group', { name: 'Heap 1: 4' });
    fireEvent.click(within(board).getByRole('button', { name: 'Back to the match' }));
    await screen.findByRole('list', { name: 'Legal actions' });
  });

  it('changes a constant by its knob', async () => {
    const stores = await written();
    const knob = screen.getByRole('spinbutton', { name: 'Size' });
    fireEvent.change(knob, { target: { value: '8' } });
    fireEvent.blur(knob);
    await waitFor(() =>
      expect(stores.checking.getState().loaded?.program.source).toBe('take-away 8'),
    );
    await screen.findByRole('group', { name: 'Heap 1: 8' });
  });

  it('names the families and links to examples when the model does not know the game', async () => {
    const stores = await open(['# does not know']);
    stores.rules.getState().setText('Chess, please.');
    fireEvent.click(screen.getByRole('button', { name: 'Write' }));
    const families = await screen.findByRole('list', { name: 'Families it knows' });
    fireEvent.click(within(families).getByRole('button', { name: 'Dice race' }));
    await waitFor(() => expect(stores.rules.getState().example).toBe('pig'));
    // The text that was typed is a saved game now.
    screen.getByText('Chess, please');
  });

  it('opens the palette by its keys, and closes it', async () => {
    await open();
    fireEvent.keyDown(document, { key: 'k', ctrlKey: true });
    screen.getByRole('dialog', { name: 'Commands' });
    fireEvent.keyDown(document, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
