/**
 * What the page and the Python worker say to each other. Every reply comes from a place where a hostile program ran,
 * so each is parsed by these schemas, with its size and time limited by the client, before anything else reads it.
 * `python/gamecwm/host.py` is the other end: field names here are its field names.
 */
import { z } from 'zod';

const text = (limit: number) => z.string().max(limit);
const count = z.number().int().nonnegative();
/** An action string; the checker refuses longer ones. */
const action = text(300);
const actions = z.array(action).max(5000);

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const jsonSchema: z.ZodType<Json> = z.json();

/** A module constant at the top of a program, shown as a knob. */
export const constantSchema = z.object({
  name: text(80),
  value: jsonSchema,
  line: count,
});

/** One mechanical mend made by `tidy`. */
export const mendSchema = z.object({ kind: text(60), message: text(500), line: count.nullable() });

export const findingSchema = z.object({
  tier: z.enum(['static', 'dynamics', 'information', 'semantics', 'play']),
  check: text(60),
  /** null: not applicable, and the message says why. */
  passed: z.boolean().nullable(),
  weight: z.number().min(0).max(1),
  message: text(2000),
  /** Line of the tidied program, 1-based. */
  line: count.nullable(),
  /** The shortest action list that shows the failure; [] is the initial state. */
  counterexample: actions.nullable(),
  /** Of a leak: a second list that the player could not tell from the counter-example before. */
  twin: actions.nullable().default(null),
});

/** A position that is known to be so, and what holds there: the data set's and the person's own. */
export const scenarioSchema = z.object({
  name: text(200),
  actions,
  checks: z.object({
    terminal: z.boolean().optional(),
    current_player: z.number().int().min(-4).max(63).optional(),
    /** The player who alone has the highest reward at the end. */
    winner: z.union([z.number().int().min(0).max(63), z.literal('draw')]).optional(),
    rewards: z.array(z.number()).max(64).optional(),
    legal_includes: z.array(action).max(20_000).optional(),
    legal_excludes: z.array(action).max(1000).optional(),
    legal_count: count.optional(),
  }),
});

/** What playing showed of the game itself; null where it was not measured. */
export const measuresSchema = z.object({
  /** Mean number of legal actions of a decision. */
  branching: z.number().nullable(),
  /** Actions of a playout: mean and most. */
  length_mean: z.number().nullable(),
  length_longest: z.number().nullable(),
  /** What the first player gains on the others at random: of the range of rewards, -1 to 1. */
  first_player_edge: z.number().nullable(),
  /** What looking ahead gains on playing at random: of the range of rewards, -1 to 1. */
  search_edge: z.number().nullable(),
});

/** The findings weighed as the published evaluator does: four tiers, a quarter each. */
export const paperSchema = z.object({
  score: z.number().min(0).max(1),
  tiers: z.record(text(60), z.number().nullable()),
});

export const programSchema = z.object({
  /** The tidied program as the person sees and edits it (kit style kept). */
  source: text(200_000),
  /** The plain module that is checked, searched and exported. */
  plain: text(400_000),
  mends: z.array(mendSchema).max(200),
  constants: z.array(constantSchema).max(100),
  players: count,
  names: z.array(text(100)).max(64),
  information: z.enum(['perfect', 'imperfect']),
});

export const reportSchema = z.object({
  score: z.number().min(0).max(1),
  /** True when at least one playout reached a proper end. */
  playable: z.boolean(),
  findings: z.array(findingSchema).max(200),
  seed: count,
  /** Playouts that were played, fewer than asked for when time ran out. */
  games: count,
  steps: count,
  /** What the check took; the only field that differs between two runs with one seed and time enough. */
  milliseconds: z.number().nonnegative(),
  /** Of the playouts that ended: mean and longest number of actions, mean number of legal actions. */
  lengths: z.object({ mean: z.number(), longest: count, branching: z.number() }).nullable(),
  measures: measuresSchema.nullable().default(null),
  paper: paperSchema.nullable().default(null),
});

/** Progress of a check or a comparison. */
export const progressSchema = z.object({ done: count, total: count, phase: text(100) });

/** A position as one seat may see it. */
export const positionSchema = z.object({
  /** The whole action list, chance outcomes included; unseen ones are masked as "?" for a seat. */
  actions,
  /** The player to move; -1 chance, -4 over. */
  player: z.number().int().min(-4).max(63),
  names: z.array(text(100)).max(64),
  /** Legal actions of the player to move; [] when `seat` is another player and information is imperfect. */
  legal: z.array(action).max(20_000),
  /** [] before the end for a seat of a game with imperfect information: running rewards may tell what is hidden. */
  rewards: z.array(z.number()).max(64),
  /** The observation of the seat, or the whole state when `seat` is null. */
  view: jsonSchema,
});

/** Worlds sampled from what the seat may know. */
export const worldsSchema = z.object({
  sampled: count,
  distinct: count,
  rejected: count,
  /** The program's own `resample_history`, or what was inferred from its rules. */
  source: z.enum(['program', 'inferred']),
  /** The likeliest: whole action lists, chance included, and their share of the sampled ones. */
  examples: z.array(z.object({ actions, share: z.number().min(0).max(1) })).max(100),
});

export const searchSchema = z.object({
  simulations: count,
  /** null where nothing is hidden. */
  worlds: worldsSchema.nullable(),
  best: action.nullable(),
  /** One a legal action, most visits first; value is the mean reward of the searching player, exact when proven. */
  children: z
    .array(z.object({ action, visits: count, value: z.number(), exact: z.boolean() }))
    .max(20_000),
  principalVariation: actions,
  milliseconds: z.number().nonnegative(),
});

/** Worlds that fit what one player saw and did; their share of the draws, or their exact probability. */
export const inferenceSchema = z.object({
  player: z.number().int().min(0).max(63),
  history: z.array(z.tuple([jsonSchema, action.nullable()])).max(5000),
  worlds: z.array(z.object({ actions, share: z.number().min(0).max(1) })).max(200_000),
  nodes: count,
  milliseconds: z.number().nonnegative(),
});

/** A copy of a program with one error; `line` and `diff` are of the normalised text. */
export const mutantSchema = z.object({
  id: text(100),
  kind: text(60),
  line: count,
  source: text(400_000),
  diff: text(400_000),
});

export type Constant = z.infer<typeof constantSchema>;
export type Mend = z.infer<typeof mendSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Program = z.infer<typeof programSchema>;
export type Report = z.infer<typeof reportSchema>;
export type Progress = z.infer<typeof progressSchema>;
export type Position = z.infer<typeof positionSchema>;
export type Scenario = z.infer<typeof scenarioSchema>;
export type Measures = z.infer<typeof measuresSchema>;
export type PaperScore = z.infer<typeof paperSchema>;
export type Worlds = z.infer<typeof worldsSchema>;
export type SearchStatistics = z.infer<typeof searchSchema>;
export type Inference = z.infer<typeof inferenceSchema>;
export type Mutant = z.infer<typeof mutantSchema>;

/** Methods of the host: parameters (JSON) and the schemas of what comes back. Actions in `actions` include chance. */
export interface HostMethods {
  /** Tidies, inlines and loads a program into the worker; it stays loaded for the other methods. */
  open: { params: { source: string }; progress: never; result: Program };
  /** The source with the named constants set to new values; touches no loaded program. */
  tune: {
    params: { source: string; constants: Record<string, Json> };
    progress: never;
    result: { source: string };
  };
  check: {
    params: {
      seed: number;
      games: number;
      steps: number;
      milliseconds: number;
      /** The person's own, recorded from matches. */
      scenarios: readonly Scenario[];
    };
    progress: Progress;
    result: Report;
  };
  /** What `seat` sees after `actions`; seat null shows the whole state (replay of a counter-example). */
  position: {
    params: { actions: string[]; seat: number | null };
    progress: never;
    result: Position;
  };
  /** Appends chance outcomes, drawn from the seed and the length of the list, until a player is to move or the game is over. */
  advance: {
    params: { actions: string[]; seed: number };
    progress: never;
    result: { actions: string[] };
  };
  /** Searches for the player to move, from what that player may know. */
  search: {
    params: { actions: string[]; seed: number; simulations: number; milliseconds: number };
    progress: SearchStatistics;
    result: SearchStatistics;
  };
  /** One statistics of several searches of the same position: simulations and visits are sums. */
  merge: {
    params: { results: readonly SearchStatistics[] };
    progress: never;
    result: SearchStatistics;
  };
  /** Lock-step comparison of the loaded program with another. */
  compare: {
    params: { source: string; seed: number; games: number; steps: number };
    progress: Progress;
    result: {
      equal: boolean;
      games: number;
      difference: { actions: string[]; message: string } | null;
    };
  };
  /** Draws worlds that fit a history, or finds all of them; without one, that of a random game up to a decision. */
  infer: {
    params: {
      seed: number;
      /** Budget of one world, or of all of them. */
      nodes: number;
      worlds: number;
      exact: boolean;
      player: number | null;
      history: Inference['history'] | null;
    };
    progress: Progress;
    result: Inference;
  };
  /** Copies of a text with one error each, at most `perKind` of each kind ([] means all); touches no loaded program. */
  mutants: {
    params: { source: string; perKind: number; seed: number; kinds: string[] };
    progress: never;
    result: { mutants: Mutant[] };
  };
}
export type HostMethod = keyof HostMethods;

export const resultSchemas = {
  open: programSchema,
  tune: z.object({ source: text(200_000) }),
  check: reportSchema,
  position: positionSchema,
  advance: z.object({ actions }),
  search: searchSchema,
  merge: searchSchema,
  compare: z.object({
    equal: z.boolean(),
    games: count,
    difference: z.object({ actions, message: text(2000) }).nullable(),
  }),
  infer: inferenceSchema,
  mutants: z.object({ mutants: z.array(mutantSchema).max(2000) }),
} as const;

export const progressSchemas = {
  check: progressSchema,
  compare: progressSchema,
  infer: progressSchema,
  search: searchSchema,
} as const;
