import { playerName } from './words';

interface Props {
  names: readonly string[];
  player: number;
  seat: number | null;
}

/** Whose hand, dice or choice stands above, and whether it is the viewer's. */
export function Whose({ names, player, seat }: Props) {
  return (
    <p>
      {playerName(names, player)}
      {player === seat && ' (you)'}
    </p>
  );
}
