import type { SearchStatistics } from '../runtime/protocol';
import type { Thought } from './match';
import { playerName, points } from './words';

const SHOWN = 6;

/** What the search found: visits and values of its best actions, and what it expects to follow. */
export function SearchTable({ thought, names }: { thought: Thought; names: readonly string[] }) {
  const { statistics, player } = thought;
  const most = Math.max(1, ...statistics.children.map(({ visits }) => visits));
  return (
    <div className="search">
      <table>
        <caption>
          The search as {playerName(names, player)}: {inWords(statistics)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Visits</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {statistics.children.slice(0, SHOWN).map(({ action, visits, value }) => (
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
              <td className="numbers">{points(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {statistics.principalVariation.length > 0 && (
        <p className="variation">
          <span>Expects</span> {statistics.principalVariation.slice(0, 8).join('  ›  ')}
        </p>
      )}
    </div>
  );
}

function inWords({ simulations, worlds, milliseconds }: SearchStatistics): string {
  const worldWords = worlds > 1 ? ` over ${worlds} possible deals` : '';
  const seconds = milliseconds >= 100 ? ` in ${(milliseconds / 1000).toFixed(1)} s` : '';
  return `${simulations.toLocaleString('en')} simulations${worldWords}${seconds}`;
}
