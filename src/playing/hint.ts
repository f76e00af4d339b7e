/** What a game may say of its board beside its state: optional, and ignored where the state does not fit it. */
import { z } from 'zod';

export const boardHintSchema = z.object({
  /** "grid" is what the shape of the state gives by itself; unknown kinds are taken for it. */
  kind: z.string().max(40).optional(),
  /** Even rows and columns hold dots, the places between them edges, the others boxes. */
  dots: z.boolean().optional(),
  /** Heights and widths of the blocks that a grid is cut into. */
  blocks: z.tuple([z.number().int().positive(), z.number().int().positive()]).optional(),
  /** "chess": letters are chess pieces, upper case White's; "draughts": upper case is a king. */
  pieces: z.string().max(40).optional(),
  /** Whose all hands are, where they are not one a player. */
  hands: z.string().max(40).optional(),
  /** For actions that name no place: where they lie, as other actions would say it, one a player ("e1-g1"). */
  places: z.record(z.string().max(60), z.array(z.string().max(60)).max(64)).optional(),
  /** What short actions and values mean: "H" is "Heads". */
  words: z.record(z.string().max(60), z.string().max(60)).optional(),
});

export type BoardHint = z.infer<typeof boardHintSchema> & {
  /** Who is to move; the table adds it. */
  readonly mover?: number;
};

export const NO_HINT: BoardHint = {};

export type GridStyle = 'plain' | 'chessboard' | 'lines' | 'hex' | 'dots';

export function gridStyle(hint: BoardHint): GridStyle {
  if (hint.dots === true) return 'dots';
  if (hint.kind === 'chessboard' || hint.kind === 'chess') return 'chessboard';
  if (hint.kind === 'go') return 'lines';
  return hint.kind === 'hex' ? 'hex' : 'plain';
}
