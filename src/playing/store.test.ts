import { describe, expect, it, vi } from 'vitest';
import { createFakeRuntime } from '../app/testing/parts';
import type { GameFacts } from './match';
import { createSearchTeam } from '../runtime/search-team';
import { createPlayingStore } from './store';

async function setUp(source: string) {
  const runtime = createFakeRuntime();
  const session = runtime.session();
  const program = await session.call('open', { source });
  const facts: GameFacts = {
    players: program.players,
    names: program.names,
    hidden: program.information === 'imperfect',
  };
  let ids = 0;
  const store = createPlayingStore({
    now: () => 0,
    newId: () => `m${(ids += 1)}`,
    newSeed: () => 3,
  });
  const table = () => store.getState();
  const reach = (kind: string) => vi.waitFor(() => expect(table().playing.kind).toBe(kind));
  const actions = () => {
    const { playing } = table();
    return playing.kind === 'none' ? [] : playing.match.moves.map(({ action }) => action);
  };
  const players = { session, team: createSearchTeam(runtime, session, source, 2) };
  return { runtime, players, facts, table, reach, actions };
}

describe('a match against the search', () => {
  it('is played to its end', async () => {
    const { players, facts, table, reach, actions } = await setUp('take-away 4');
    table().setGame(players, facts, null);
    await reach('awaiting');
    table().pick('take 2');
    await reach('awaiting');
    expect(actions()).toEqual(['take 2', 'take 1']);
    table().pick('take 1');
    await reach('over');
    expect(table().playing).toMatchObject({ shown: { position: { rewards: [1, -1] } } });
  });

  it('plays legal actions only', async () => {
    const { players, facts, table, reach, actions } = await setUp('take-away 4');
    table().setGame(players, facts, null);
    await reach('awaiting');
    table().pick('take 9');
    expect(actions()).toEqual([]);
  });

  it('undoes to the last decision, and swaps seats in mid-match', async () => {
    const { players, facts, table, reach, actions } = await setUp('take-away 9');
    table().setGame(players, facts, null);
    await reach('awaiting');
    table().pick('take 2');
    await reach('awaiting');
    table().undo();
    await reach('awaiting');
    expect(actions()).toEqual([]);
    table().swapSeats();
    await vi.waitFor(() => expect(actions()).toEqual(['take 1']));
    await reach('awaiting');
    expect(table().playing).toMatchObject({ shown: { seat: 1, position: { player: 1 } } });
  });

  it('shows statistics for a hint and makes no move', async () => {
    const { players, facts, table, reach, actions } = await setUp('take-away 4');
    table().setGame(players, facts, null);
    await reach('awaiting');
    table().hint();
    await reach('awaiting');
    expect(table().playing).toMatchObject({
      thought: { player: 0, statistics: { best: 'take 1' } },
    });
    expect(actions()).toEqual([]);
  });

  it('goes on with a match that was kept', async () => {
    const { players, facts, table, reach, actions } = await setUp('take-away 9');
    table().setGame(players, facts, {
      id: 'old',
      strength: 'quick',
      seats: ['human', 'human'],
      seed: 1,
      moves: [{ action: 'take 2', player: 0 }],
      startedAt: 0,
    });
    await reach('awaiting');
    expect(actions()).toEqual(['take 2']);
    expect(table()).toMatchObject({ seats: ['human', 'human'], strength: 'quick' });
  });
});

describe('hidden information', () => {
  it('shows a person only their own card', async () => {
    const { players, facts, table, reach } = await setUp('high card');
    table().setGame(players, facts, null);
    await reach('awaiting');
    expect(table().playing).toMatchObject({
      shown: { seat: 0, position: { view: { hands: ['J', null] }, actions: ['deal J', '?'] } },
    });
  });

  it('covers the board between two people', async () => {
    const { players, facts, table, reach } = await setUp('high card');
    table().setGame(players, facts, null);
    table().setSeat(1, 'human');
    await reach('passing');
    expect(table().playing).toMatchObject({ to: 0, shown: null });
    table().takeDevice();
    await reach('awaiting');
    table().pick('stay');
    await reach('passing');
    expect(table().playing).toMatchObject({ to: 1, shown: null });
    table().takeDevice();
    await reach('awaiting');
    expect(table().playing).toMatchObject({
      shown: { seat: 1, position: { view: { hands: [null, 'Q'] } } },
    });
  });

  it('starts a new match rather than change seats', async () => {
    const { players, facts, table, reach } = await setUp('high card');
    table().setGame(players, facts, null);
    await reach('awaiting');
    table().swapSeats();
    await reach('awaiting');
    const { playing } = table();
    expect(playing.kind === 'none' ? '' : playing.match.id).toBe('m2');
  });
});
