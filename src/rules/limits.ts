/** Which rules texts are worth a model call, in words for those that are not. */
import { trouble, type Trouble } from '../app/trouble';

/** A text longer than this is not kept: no rules of a game are. */
export const LONGEST_TEXT = 100_000;

/** The trouble with a rules text for a model that reads at most `limit` characters; null when there is none. */
export function rulesTrouble(text: string, limit: number): Trouble | null {
  const length = text.trim().length;
  if (length === 0) {
    return trouble(
      'There are no rules to read yet',
      'the rules are empty',
      'Type the rules of a game, or pick an example below.',
    );
  }
  if (length > limit) {
    return trouble(
      'These rules are too long for this model',
      `they have ${length.toLocaleString('en')} characters, and it reads at most ${limit.toLocaleString('en')} at once`,
      'Shorten them to what a player must know, or choose a model that reads more.',
    );
  }
  return null;
}

/** A name for a game that has not been given one: the beginning of its rules. */
export function titleOf(rules: string): string {
  const line =
    rules
      .trim()
      .split('\n')[0]
      ?.replace(/^[-*#\s]+/, '') ?? '';
  if (line === '') return 'Untitled game';
  if (line.length <= 48) return line.replace(/[.,;:]$/, '');
  return `${line.slice(0, 48).replace(/\s+\S*$/, '')}…`;
}
