/** The games of the data set as the page gets them: an index, and each game when it is asked for. */
import { z } from 'zod';
import { boardHintSchema } from '../playing/hint';

const name = z.string().regex(/^\w{1,60}$/);

export const galleryEntrySchema = z.object({
  name,
  title: z.string().max(200),
  players: z.number().int().positive(),
  information: z.enum(['perfect', 'imperfect']),
  /** Mean number of decisions of seeded random playouts. */
  meanLength: z.number().nonnegative(),
});

export const galleryGameSchema = z.object({
  name,
  rulesShort: z.string(),
  rules: z.string(),
  program: z.string(),
  meta: z.object({ title: z.string().max(200), board: boardHintSchema.default({}) }),
});

export type GalleryEntry = z.infer<typeof galleryEntrySchema>;
export type GalleryGame = z.infer<typeof galleryGameSchema>;

/** Where the games come from; both reject with an Error that says what is wrong. */
export interface GalleryFiles {
  index(): Promise<GalleryEntry[]>;
  game(name: string): Promise<GalleryGame>;
}

async function fetched(file: string): Promise<unknown> {
  const response = await fetch(new URL(`games/${file}.json`, document.baseURI));
  if (!response.ok) throw new Error(`games/${file}.json is not there (status ${response.status})`);
  return response.json();
}

export const servedGames: GalleryFiles = {
  index: async () => z.array(galleryEntrySchema).parse(await fetched('index')),
  game: async (one) => galleryGameSchema.parse(await fetched(one)),
};
