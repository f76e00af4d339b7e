import { describe, expect, it } from 'vitest';
import type { Position } from '../runtime/protocol';
import { checksInWords, draftOf, plainScenario, recorded, withDraft } from './scenarios';

const names = ['Ann', 'Bob'];
const going: Position = {
  actions: ['take 1'],
  player: 1,
  names,
  legal: ['take 1', 'take 2'],
  rewards: [0, 0],
  view: {},
};
const over: Position = { ...going, player: -4, legal: [], rewards: [1, -1] };

describe('a recorded scenario', () => {
  it('says who is to move and what is legal', () => {
    const scenario = recorded(going, 's', 5);
    expect(scenario).toEqual({
      id: 's',
      createdAt: 5,
      name: 'After 1 action Bob is to move',
      actions: ['take 1'],
      checks: {
        terminal: false,
        current_player: 1,
        legal_count: 2,
        legal_includes: ['take 1', 'take 2'],
      },
    });
    expect(Object.keys(plainScenario(scenario))).toEqual(['name', 'actions', 'checks']);
  });

  it('says who has won, and by how much', () => {
    const { name, checks } = recorded(over, 's', 5);
    expect(name).toBe('After 1 action Ann wins');
    expect(checks).toEqual({ terminal: true, winner: 0, rewards: [1, -1] });
    expect(checksInWords(checks, names)).toEqual(['the game is over', 'Ann wins', 'rewards 1, -1']);
    expect(recorded({ ...over, rewards: [0, 0] }, 's', 5).checks).toMatchObject({ winner: 'draw' });
  });

  it('counts repeated outcomes of chance', () => {
    const { checks } = recorded({ ...going, player: -1, legal: ['J', 'J', 'Q'] }, 's', 5);
    expect(checks).toMatchObject({
      current_player: -1,
      legal_count: 3,
      legal_includes: ['J', 'Q'],
    });
  });
});

describe('a changed scenario', () => {
  it('stays what it was when nothing is changed', () => {
    for (const position of [going, over, { ...going, player: -1, legal: ['J', 'J', 'Q'] }]) {
      const scenario = recorded(position, 's', 5);
      expect(withDraft(scenario, draftOf(scenario))).toEqual(scenario);
    }
  });

  it('says what the person says', () => {
    const scenario = recorded(going, 's', 5);
    const draft = { ...draftOf(scenario), legal: 'take 1\n', illegal: 'take 2' };
    expect(withDraft(scenario, draft)).toMatchObject({
      checks: { legal_count: 1, legal_includes: ['take 1'], legal_excludes: ['take 2'] },
    });
    const ended = { ...draft, over: true, player: 'draw', rewards: '0, 0' };
    expect(withDraft(scenario, ended)).toMatchObject({
      checks: { terminal: true, winner: 'draw', rewards: [0, 0] },
    });
  });

  it('names what is wrong', () => {
    const scenario = recorded(over, 's', 5);
    const draft = draftOf(scenario);
    expect(withDraft(scenario, { ...draft, rewards: '1, much' })).toMatch(/numbers/);
    expect(withDraft(scenario, { ...draft, name: ' ' })).toMatch(/name/);
  });
});
