/** Two tiny games behind the runtime's interface, for tests where there is no browser to run Python in. */
import type { Json, Position, Program } from '../../runtime/protocol';

export interface TinyGame {
  readonly program: Pick<Program, 'players' | 'names' | 'information' | 'constants'>;
  /** The player to move, -1 chance, -4 over. */
  player(actions: readonly string[]): number;
  legal(actions: readonly string[]): string[];
  rewards(actions: readonly string[]): number[];
  view(actions: readonly string[], seat: number | null): Json;
  /** The action list as a seat may know it. */
  seen(actions: readonly string[], seat: number | null): string[];
}

const NAMES = ['Ann', 'Bob'];

/** One heap; take one or two; the last one wins. */
export function takeAway(size: number): TinyGame {
  const left = (actions: readonly string[]): number =>
    size - actions.reduce((sum, action) => sum + Number(action.split(' ')[1]), 0);
  return {
    program: {
      players: 2,
      names: NAMES,
      information: 'perfect',
      constants: [{ name: 'SIZE', value: size, line: 1 }],
    },
    player: (actions) => (left(actions) === 0 ? -4 : actions.length % 2),
    legal: (actions) => ['take 1', 'take 2'].slice(0, Math.min(2, left(actions))),
    rewards: (actions) => {
      if (left(actions) > 0) return [0, 0];
      return actions.length % 2 === 1 ? [1, -1] : [-1, 1];
    },
    view: (actions) => ({ heaps: [left(actions)] }),
    seen: (actions) => [...actions],
  };
}

/** Chance deals each player a card that only they see; then each stays or leaves; the higher card wins. */
export function highCard(): TinyGame {
  const card = (actions: readonly string[], player: number): string | null =>
    actions[player]?.split(' ')[1] ?? null;
  return {
    program: { players: 2, names: NAMES, information: 'imperfect', constants: [] },
    player: (actions) => (actions.length < 2 ? -1 : actions.length < 4 ? actions.length - 2 : -4),
    legal: (actions) => {
      if (actions.length < 2) return ['deal J', 'deal Q', 'deal K'];
      return actions.length < 4 ? ['stay', 'leave'] : [];
    },
    rewards: (actions) => (actions.length < 4 ? [0, 0] : [1, -1]),
    view: (actions, seat) => ({
      hands: [0, 1].map((player) =>
        seat === null || seat === player ? card(actions, player) : null,
      ),
    }),
    seen: (actions, seat) =>
      actions.map((action, index) => (index < 2 && seat !== null && index !== seat ? '?' : action)),
  };
}

export function positionOf(game: TinyGame, actions: readonly string[], seat: number | null) {
  const player = game.player(actions);
  const hidden = game.program.information === 'imperfect' && seat !== null && seat !== player;
  const position: Position = {
    actions: game.seen(actions, seat),
    player,
    names: game.program.names,
    legal: hidden || player < 0 ? [] : game.legal(actions),
    rewards: game.rewards(actions),
    view: game.view(actions, seat),
  };
  return position;
}
