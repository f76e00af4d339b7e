/** What is kept of a game: its rules, the programs written for it, their reports, and its matches. */
import { z } from 'zod';
import { boardHintSchema } from '../playing/hint';
import { reportSchema, scenarioSchema } from '../runtime/protocol';

const id = z.string().min(1).max(60);
const time = z.number().nonnegative();
const seed = z.number().int().nonnegative();

export const savedCandidateSchema = z.object({
  id,
  source: z.string().max(200_000),
  /** How it came about: by a model, by hand, by turning a knob, or from the gallery. */
  origin: z.enum(['written', 'edited', 'tuned', 'gallery']),
  model: z.string().max(300).nullable(),
  createdAt: time,
  report: reportSchema,
  /** What the game says of its board beside its state. */
  board: boardHintSchema.optional(),
});

export const moveSchema = z.object({
  action: z.string().max(300),
  /** Who made it; -1 is chance. */
  player: z.number().int().min(-1).max(63),
});

export const savedMatchSchema = z.object({
  id,
  candidate: id,
  strength: z.enum(['quick', 'normal', 'strong']),
  /** Who sits where, one a player. */
  seats: z.array(z.enum(['human', 'search'])).max(64),
  seed,
  moves: z.array(moveSchema).max(5000),
  startedAt: time,
  /** The result in words; null while the match goes on. */
  result: z.string().max(500).nullable(),
});

/** A position of a match that the person keeps as known to be right: each new candidate is checked against it. */
export const savedScenarioSchema = scenarioSchema.extend({ id, createdAt: time });

export const savedGameSchema = z.object({
  id,
  /** The name that a person gave; null takes the beginning of the rules. */
  title: z.string().max(200).nullable(),
  rules: z.string().max(100_000),
  createdAt: time,
  updatedAt: time,
  candidates: z.array(savedCandidateSchema).max(60),
  /** The candidate on the board. */
  current: id.nullable(),
  matches: z.array(savedMatchSchema).max(60),
  /** The match on the board. */
  currentMatch: id.nullable(),
  scenarios: z.array(savedScenarioSchema).max(60).default([]),
});

export const libraryFileSchema = z.object({
  format: z.literal('rulewright-library'),
  version: z.literal(1),
  games: z.array(savedGameSchema).max(2000),
});

export type SavedCandidate = z.infer<typeof savedCandidateSchema>;
export type SavedMatch = z.infer<typeof savedMatchSchema>;
export type SavedScenario = z.infer<typeof savedScenarioSchema>;
export type SavedGame = z.infer<typeof savedGameSchema>;
export type Move = z.infer<typeof moveSchema>;
