/** Changes to saved games. Pure: each returns a new record. */
import { titleOf } from '../rules/limits';
import {
  libraryFileSchema,
  type SavedCandidate,
  type SavedGame,
  type SavedMatch,
  type SavedScenario,
} from './schema';

/** Older candidates and matches than these many are let go. */
const KEPT = 50;

export function emptyGame(id: string, now: number): SavedGame {
  return {
    id,
    title: null,
    rules: '',
    createdAt: now,
    updatedAt: now,
    candidates: [],
    current: null,
    matches: [],
    currentMatch: null,
    scenarios: [],
  };
}

export function isEmpty(game: SavedGame): boolean {
  return game.rules.trim() === '' && game.candidates.length === 0;
}

export function nameOf(game: SavedGame): string {
  return game.title ?? titleOf(game.rules);
}

export function withCandidate(game: SavedGame, candidate: SavedCandidate): SavedGame {
  const others = game.candidates.filter((one) => one.id !== candidate.id);
  return { ...game, candidates: [...others, candidate].slice(-KEPT), current: candidate.id };
}

export function withMatch(game: SavedGame, match: SavedMatch): SavedGame {
  const others = game.matches.filter((one) => one.id !== match.id && one.moves.length > 0);
  return { ...game, matches: [...others, match].slice(-KEPT), currentMatch: match.id };
}

/** Adds a scenario, or puts it in the place of the one with its id. */
export function withScenario(game: SavedGame, scenario: SavedScenario): SavedGame {
  const known = game.scenarios.some((one) => one.id === scenario.id);
  const scenarios = known
    ? game.scenarios.map((one) => (one.id === scenario.id ? scenario : one))
    : [...game.scenarios, scenario].slice(-KEPT);
  return { ...game, scenarios };
}

export function withoutScenario(game: SavedGame, id: string): SavedGame {
  return { ...game, scenarios: game.scenarios.filter((one) => one.id !== id) };
}

export function currentCandidate(game: SavedGame): SavedCandidate | null {
  return game.candidates.find((one) => one.id === game.current) ?? null;
}

/** The match on the board, if it is one of the current candidate's. */
export function currentMatch(game: SavedGame): SavedMatch | null {
  const match = game.matches.find((one) => one.id === game.currentMatch);
  return match !== undefined && match.candidate === game.current ? match : null;
}

/** The text of a file that `readLibraryFile` takes back. */
export function writeLibraryFile(games: readonly SavedGame[]): string {
  return JSON.stringify({ format: 'rulewright-library', version: 1, games }, null, 2);
}

/** The games in an exported file. Throws an Error that says in words what is wrong with it. */
export function readLibraryFile(text: string): SavedGame[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the file is not JSON, or it is cut short');
  }
  const parsed = libraryFileSchema.safeParse(value);
  if (parsed.success) return parsed.data.games;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  throw new Error(`it is not a Rulewright library: ${where}: ${issue?.message ?? 'unreadable'}`);
}
