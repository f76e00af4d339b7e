/** Positions and results in words. Pure. */
import { CHANCE, onlyHuman, OVER, type GameFacts, type Match, type Shown } from './match';

export function playerName(names: readonly string[], player: number): string {
  if (player === CHANCE) return 'Chance';
  if (player === OVER) return 'nobody';
  return names[player] ?? `player ${player}`;
}

export function points(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded > 0 ? `+${rounded}` : rounded < 0 ? `−${-rounded}` : '0';
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** Who won, by the rewards at the end. `you` is the seat of the one person at the table, else null. */
export function resultInWords(
  rewards: readonly number[],
  names: readonly string[],
  you: number | null,
): string {
  if (rewards.length === 0) return 'The game is over.';
  const best = Math.max(...rewards);
  const winners = rewards.flatMap((reward, player) => (reward === best ? [player] : []));
  const tally = rewards
    .map((reward, player) => `${playerName(names, player)} ${points(reward)}`)
    .join(', ');
  if (winners.length === rewards.length && rewards.length > 1) return `A draw: ${tally}.`;
  const [winner] = winners;
  if (winners.length === 1 && winner !== undefined) {
    if (winner === you) return `You win as ${playerName(names, winner)}: ${tally}.`;
    if (you !== null && rewards.length === 2) {
      return `The search wins as ${playerName(names, winner)}: ${tally}.`;
    }
    return `${playerName(names, winner)} wins: ${tally}.`;
  }
  return `${list(winners.map((player) => playerName(names, player)))} share the win: ${tally}.`;
}

export function resultOf(match: Match, shown: Shown): string {
  const { rewards, names } = shown.position;
  return resultInWords(rewards, names, onlyHuman(match));
}

/** Whose turn it is, for the line above the board. */
export function turnInWords(match: Match, facts: GameFacts, player: number): string {
  const name = playerName(facts.names, player);
  if (match.seats[player] === 'search') return `The search is thinking as ${name}.`;
  return onlyHuman(match) === player ? `Your turn, ${name}.` : `${name} to move.`;
}
