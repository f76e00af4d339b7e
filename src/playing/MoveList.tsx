import { CHANCE, type Match } from './match';
import { playerName } from './words';

interface Props {
  match: Match;
  /** The action list as the viewer may know it: unseen ones are "?". */
  seen: readonly string[];
  names: readonly string[];
}

export function MoveList({ match, seen, names }: Props) {
  if (match.moves.length === 0) return null;
  return (
    <details className="moves">
      <summary>
        Moves <span className="numbers">{match.moves.length}</span>
      </summary>
      <ol>
        {seen.map((action, index) => {
          const player = match.moves[index]?.player ?? CHANCE;
          return (
            <li key={index} className={player === CHANCE ? 'chance' : ''}>
              <span className="who">{playerName(names, player)}</span>{' '}
              <span className="what">{action === '?' ? 'hidden' : action}</span>
            </li>
          );
        })}
      </ol>
    </details>
  );
}
