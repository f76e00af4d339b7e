/** Shapes and clicks on positions of the data set's games, as their programs give them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '../runtime/protocol';
import { besideBoard, boardTargets, cardTarget, isChoice, pointTarget } from './clicks';
import { firstColumn, placesIn, speaksOfSquares } from './coordinates';
import { boardHintSchema } from './hint';
import { faceOf, stoneOf } from './pieces';
import { recognise } from './shapes';

const caseSchema = z.object({
  view: jsonSchema,
  names: z.array(z.string()),
  legal: z.array(z.string()),
  hint: boardHintSchema,
});
const file = new URL('./gallery.positions.json', import.meta.url);
const positions = z
  .record(z.string(), caseSchema)
  .parse(JSON.parse(readFileSync(file, 'utf8')) as unknown);

function position(name: string) {
  const found = positions[name];
  if (found === undefined) throw new Error(`no position of ${name}`);
  const shapes = recognise(found.view, found.names, found.hint);
  const grids = shapes.flatMap((shape) => (shape.kind === 'grid' ? [shape] : []));
  return { ...found, shapes, grids, cells: grids[0]?.cells ?? [] };
}

/** Every action but those named is reached by clicks on the first board. */
function reached(name: string): Set<string> {
  const { cells, legal, hint } = position(name);
  const { cells: places, columns, moves } = boardTargets(cells, legal, hint);
  const targets = [...places.values(), ...columns.values()];
  for (const to of moves.values()) targets.push(...to.values());
  return new Set(targets.flatMap(({ actions }) => actions));
}

describe('boards of real positions', () => {
  it.each([
    'tic_tac_toe',
    'connect4',
    'breakthrough',
    'gen_chess',
    'checkers',
    'converge',
    'pentago',
    'y',
  ])('%s: a click can make every legal action', (name) => {
    const { legal } = position(name);
    expect(legal.length).toBeGreaterThan(0);
    expect([...reached(name)].sort()).toEqual([...legal].sort());
  });

  it.each(['havannah', 'dots_and_boxes', 'quadranto'])('%s: clicks make legal actions', (name) => {
    expect([...reached(name)].sort()).toEqual([...position(name).legal].sort());
  });

  it('go: every stone by a click, the pass beside the board', () => {
    const { legal, shapes, hint } = position('go');
    expect(besideBoard(shapes, legal, hint)).toEqual(['pass']);
    expect([...reached('go'), 'pass'].sort()).toEqual([...legal].sort());
  });

  it('every click on a placement goes to an empty place', () => {
    for (const name of ['tic_tac_toe', 'y', 'havannah', 'go', 'dots_and_boxes']) {
      const { cells, legal, hint } = position(name);
      for (const place of boardTargets(cells, legal, hint).cells.keys()) {
        const [r = 0, c = 0] = place.split(',').map(Number);
        expect(cells[r]?.[c], `${name} ${place}`).toBe('');
      }
    }
  });

  it('chess: every move by two clicks, but for castling', () => {
    const { legal } = position('chess');
    const moves = legal.filter((action) => !action.startsWith('O-O'));
    expect([...reached('chess')].sort()).toEqual(moves.sort());
  });

  it('backgammon: every turn that begins on a point by a click on it', () => {
    const { shapes, legal } = position('backgammon');
    const points = shapes.find((shape) => shape.kind === 'points');
    expect(points?.counts).toHaveLength(24);
    const clicked = (points?.counts ?? []).flatMap(
      (_, index) => pointTarget(String(index + 1), legal)?.actions ?? [],
    );
    expect(clicked.length).toBeGreaterThan(0);
    expect(clicked.sort()).toEqual(legal.filter((action) => /^\d/.test(action)).sort());
  });

  it('battleship: a board a player', () => {
    expect(position('battleship').grids.map(({ owner }) => owner)).toEqual([0, 1]);
  });

  it('goofspiel: own cards can be clicked, the other hand is face down', () => {
    const { shapes, legal } = position('goofspiel');
    const hands = shapes.find((shape) => shape.kind === 'hands');
    expect(hands?.hands[1]?.every((card) => card === null)).toBe(true);
    const clicked = (hands?.hands[0] ?? []).flatMap(
      (card, index) => cardTarget(card, index, legal)?.actions ?? [],
    );
    expect(clicked.sort()).toEqual([...legal].sort());
  });

  it("liar's dice: the other's dice are covered", () => {
    const cups = position('liars_dice').shapes.find((shape) => shape.kind === 'cups');
    expect(cups?.cups[0]?.every((die) => die !== null)).toBe(true);
    expect(cups?.cups[1]).toEqual([null, null, null]);
  });
});

describe('actions that name no place', () => {
  const rows = ['r...k..r', 'pppppppp', '', '', '', '', 'PPPPPPPP', 'R...K..R'].map((row) =>
    [...row.padEnd(8, '.')].map((cell) => (cell === '.' ? '' : cell)),
  );
  const hint = boardHintSchema.parse(
    (JSON.parse(readFileSync('datasets/games/chess/meta.json', 'utf8')) as { board: unknown })
      .board,
  );
  const legal = ['K_e1_d1', 'O-O', 'O-O-O'];

  it('castling is a move of the king of whoever is to move, and a button beside the board', () => {
    const white = boardTargets(rows, legal, { ...hint, mover: 0 });
    expect(white.moves.get('7,4')?.get('7,6')?.actions).toEqual(['O-O']);
    expect(white.moves.get('7,4')?.get('7,2')?.actions).toEqual(['O-O-O']);
    const black = boardTargets(rows, ['O-O'], { ...hint, mover: 1 });
    expect(black.moves.get('0,4')?.get('0,6')?.actions).toEqual(['O-O']);
    const shapes = recognise({ board: rows }, ['White', 'Black'], hint);
    expect(besideBoard(shapes, legal, hint)).toEqual(['O-O', 'O-O-O']);
  });

  it('a few with no board at all are a choice', () => {
    const shapes = recognise({ picks: ['H', null], played: [] }, ['Ann', 'Bob']);
    expect(shapes[0]).toEqual({ kind: 'choices', key: 'picks', values: ['H', null], past: false });
    expect(isChoice(shapes, ['H', 'T'], {})).toBe(true);
    expect(isChoice(position('chess').shapes, position('chess').legal, {})).toBe(false);
    expect(besideBoard(shapes, ['H', 'T'], {})).toEqual([]);
  });

  it('two discards of two players are the table’s', () => {
    const [shape] = recognise({ discards: ['B,4', 'G,3'] }, ['Ann', 'Bob']);
    expect(shape).toMatchObject({ kind: 'hands', shared: true, hands: [['B,4', 'G,3']] });
  });

  it('choices that are revealed stay on the table', () => {
    const [shape] = recognise({ picks: [null, null], played: [['H', 'T']] }, ['Ann', 'Bob']);
    expect(shape).toMatchObject({ kind: 'choices', values: ['H', 'T'], past: true });
  });
});

describe('places', () => {
  const chess = { widths: Array.from({ length: 8 }, () => 8), hint: { kind: 'chessboard' } };

  it('reads squares from the bottom rank up', () => {
    expect(placesIn('P_e2_e4', chess)).toEqual(['6,4', '4,4']);
    expect(placesIn('d4xc5', chess)).toEqual(['4,3', '3,2']);
    expect(placesIn('P_e7_e8_Q', chess)).toEqual(['1,4', '0,4']);
    expect(placesIn('O-O', chess)).toEqual([]);
    expect(speaksOfSquares(['2,3'], { ...chess, hint: {} })).toBe(false);
  });

  it('begins the rows above the widest one later', () => {
    expect([0, 1, 2].map((row) => firstColumn([2, 3, 2], row))).toEqual([1, 0, 0]);
  });

  it('takes a whole turn by the point where it begins', () => {
    expect(pointTarget('13', ['13/7,7/2', '3/1,3/2'])?.actions).toEqual(['13/7,7/2']);
    const points = Array.from({ length: 24 }, (_, point) => (point === 0 ? -2 : 0));
    const [shape] = recognise({ points }, ['White', 'Black'], { kind: 'points' });
    expect(shape).toEqual({ kind: 'points', key: 'points', counts: points });
  });

  it('knows cards and stones', () => {
    expect(faceOf('Th')).toEqual({ rank: '10', suit: '♥', red: true });
    expect(faceOf('13')).toBeNull();
    expect(stoneOf('R', ['Red', 'Black'], { pieces: 'draughts' })?.symbol).toBe('♛');
    expect(stoneOf('B', ['Black', 'White'], {})).toEqual({ color: 'black', symbol: '' });
    expect(stoneOf('B', ['Ann', 'Bob'], {})).toBeNull();
  });
});
