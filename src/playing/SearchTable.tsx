import type { Worlds } from '../runtime/protocol';
import { percent } from './marks';
import type { Thought } from './match';
import { playerName, points } from './words';

const SHOWN = 6;
const WORLDS_SHOWN = 4;

interface Props {
  thought: Thought;
  names: readonly string[];
  /** The action list as the viewer may know it: unseen ones are "?". */
  seen: readonly string[];
}

/** What the search found: visits and values of its best actions, what it expects to follow, the worlds it thought of. */
export function SearchTable({ thought, names, seen }: Props) {
  const { statistics, player } = thought;
  const most = Math.max(1, ...statistics.children.map(({ visits }) => visits));
  return (
    <div className="search">
      <table>
        <caption>
          The search as {playerName(names, player)}: {inWords(thought)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Visits</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {statistics.children.slice(0, SHOWN).map(({ action, visits, value, exact }) => (
            <tr key={action} className={action === statistics.best ? 'best' : ''}>
              <th scope="row">{action}</th>
              <td className="visits">
                <div>
                  <span className="visit-bar" aria-hidden="true">
                    <span style={{ inlineSize: `${(100 * visits) / most}%` }} />
                  </span>
                  <span className="numbers">{visits.toLocaleString('en')}</span>
                </div>
              </td>
              <td className="numbers" title={exact ? 'proven' : undefined}>
                {points(value)}
                {exact && <span className="proven"> proven</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {statistics.children.length > SHOWN && (
        <p className="variation">and {statistics.children.length - SHOWN} further actions</p>
      )}
      {statistics.principalVariation.length > 0 && (
        <p className="variation">
          <span>Expects</span> {statistics.principalVariation.slice(0, 8).join('  ›  ')}
        </p>
      )}
      {statistics.worlds !== null && (
        <SampledWorlds worlds={statistics.worlds} who={playerName(names, player)} seen={seen} />
      )}
    </div>
  );
}

function inWords({ statistics, workers }: Thought): string {
  const { simulations, milliseconds } = statistics;
  const by = workers > 1 ? ` by ${workers} workers` : '';
  const seconds = milliseconds >= 100 ? ` in ${(milliseconds / 1000).toFixed(1)} s` : '';
  return `${simulations.toLocaleString('en')} simulations${by}${seconds}`;
}

interface WorldsProps {
  worlds: Worlds;
  who: string;
  seen: readonly string[];
}

/** Deals and choices that fit what the searching player knows; it cannot tell them from the true ones. */
function SampledWorlds({ worlds, who, seen }: WorldsProps) {
  const { distinct, rejected, examples, source } = worlds;
  const thrown = rejected === 0 ? '' : `; ${rejected.toLocaleString('en')} more did not fit`;
  const from = source === 'program' ? 'as the program imagines them' : 'found from the rules';
  return (
    <div className="worlds">
      <p className="variation">
        <span>Thought of</span> {distinct.toLocaleString('en')}{' '}
        {distinct === 1 ? 'world that fits' : 'worlds that fit'} what {who} knows, {from}
        {thrown}
      </p>
      {examples.length > 0 && (
        <ul aria-label="Likeliest worlds">
          {examples.slice(0, WORLDS_SHOWN).map(({ actions, share }, index) => (
            <li key={index}>
              <span className="numbers">{percent(share)}</span> {unseen(actions, seen).join(', ')}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The actions of a world that the viewer has not seen; all of them where the lists cannot be laid side by side. */
function unseen(actions: readonly string[], seen: readonly string[]): readonly string[] {
  const hidden = actions.filter((_, index) => seen[index] === '?');
  return actions.length === seen.length && hidden.length > 0 ? hidden : actions;
}
