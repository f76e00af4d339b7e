/** The smaller parts of a view: dice, cards, tables, facts, trees. */
import type { Json } from '../runtime/protocol';
import { cardTarget, type Target } from './clicks';
import { Piece } from './Piece';
import { faceOf, isEmptyCell } from './pieces';
import { keyInWords, type Cell, type Fact, type TallyRow } from './shapes';
import { Whose } from './Whose';

const PIPS: Record<number, readonly number[]> = {
  1: [4],
  2: [2, 6],
  3: [2, 4, 6],
  4: [0, 2, 6, 8],
  5: [0, 2, 4, 6, 8],
  6: [0, 2, 3, 5, 6, 8],
};

export function Dice({ name, values }: { name: string; values: readonly number[] }) {
  const said = values.length === 0 ? 'not rolled yet' : values.join(' and ');
  return (
    <div className="dice" role="img" aria-label={`${keyInWords(name)}: ${said}`}>
      {values.length === 0 && <span className="die none" />}
      {values.map((value, index) => (
        <Die key={index} value={value} />
      ))}
    </div>
  );
}

function Die({ value }: { value: number | null }) {
  if (value === null) return <span className="die cup">?</span>;
  return (
    <span className="die">
      {PIPS[value] === undefined ? (
        <span className="numbers">{value}</span>
      ) : (
        <svg viewBox="0 0 30 30" aria-hidden="true">
          {PIPS[value].map((place) => (
            <circle
              key={place}
              cx={7 + 8 * (place % 3)}
              cy={7 + 8 * Math.floor(place / 3)}
              r="2.6"
            />
          ))}
        </svg>
      )}
    </span>
  );
}

interface CupsProps {
  name: string;
  cups: readonly (readonly (number | null)[])[];
  names: readonly string[];
  seat: number | null;
}

/** The dice of each player. */
export function Cups({ name, cups, names, seat }: CupsProps) {
  return (
    <div className="hands" role="group" aria-label={keyInWords(name)}>
      {cups.map((cup, player) => (
        <div className="hand" key={player}>
          <div
            className="dice"
            role="img"
            aria-label={cup.map((die) => die ?? 'hidden').join(' and ') || 'no dice'}
          >
            {cup.map((die, index) => (
              <Die key={index} value={die} />
            ))}
          </div>
          <Whose names={names} player={player} seat={seat} />
        </div>
      ))}
    </div>
  );
}

interface HandsProps {
  name: string;
  hands: readonly (readonly (string | null)[])[];
  shared: boolean;
  names: readonly string[];
  seat: number | null;
  legal: readonly string[];
  onTarget: (target: Target) => void;
}

/** More cards than these are drawn smaller. */
const MANY_CARDS = 6;

export function Hands({ name, hands, shared, names, seat, legal, onTarget }: HandsProps) {
  const most = Math.max(...hands.map((hand) => hand.length));
  return (
    <div
      className={most > MANY_CARDS ? 'hands many' : 'hands'}
      role="group"
      aria-label={keyInWords(name)}
    >
      {hands.map((hand, player) => (
        <div className="hand" key={player}>
          <div className="cards">
            {hand.map((card, index) => (
              <Card
                key={index}
                card={card}
                target={shared || player === seat ? cardTarget(card, index, legal) : null}
                onTarget={onTarget}
              />
            ))}
          </div>
          {shared ? <p>{keyInWords(name)}</p> : <Whose names={names} player={player} seat={seat} />}
        </div>
      ))}
    </div>
  );
}

interface CardProps {
  card: string | null;
  /** What a click on it plays; null where it plays nothing. */
  target: Target | null;
  onTarget: (target: Target) => void;
}

function Card({ card, target, onTarget }: CardProps) {
  const face = card === null ? null : faceOf(card);
  const color = face?.color === undefined ? '' : ` colored ${face.color}`;
  const look = `card${card === null ? ' back' : ''}${face?.red === true ? ' red' : ''}${color}`;
  const says = card === null ? 'a hidden card' : `card ${card}`;
  const shown = face === null ? card : `${face.rank}${face.suit}`;
  if (target === null) {
    return (
      <span className={look} role="img" aria-label={says}>
        {shown}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={`${look} open`}
      aria-label={`${says}, can be played`}
      onClick={() => onTarget(target)}
    >
      {shown}
    </button>
  );
}

function cellText(cell: Cell) {
  if (cell === 'x' || cell === 'o') return <Piece cell={cell} />;
  return isEmptyCell(cell) ? '–' : String(cell);
}

export function Tally({ rows, names }: { rows: readonly TallyRow[]; names: readonly string[] }) {
  return (
    <table className="tally">
      <thead>
        <tr>
          <td />
          {names.map((name, player) => (
            <th scope="col" key={player}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, values }) => (
          <tr key={key}>
            <th scope="row">{keyInWords(key)}</th>
            {values.map((value, player) => (
              <td key={player} className={typeof value === 'number' ? 'numbers big' : ''}>
                {cellText(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RoundsProps {
  name: string;
  rows: readonly (readonly Cell[])[];
  names: readonly string[];
}

export function Rounds({ name, rows, names }: RoundsProps) {
  const byPlayer = rows[0]?.length === names.length;
  return (
    <table className="tally rounds">
      <caption>{keyInWords(name)}</caption>
      {byPlayer && (
        <thead>
          <tr>
            <th scope="col">Round</th>
            {names.map((player, index) => (
              <th scope="col" key={index}>
                {player}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map((row, round) => (
          <tr key={round}>
            <th scope="row" className="numbers">
              {round + 1}
            </th>
            {row.map((cell, index) => (
              <td key={index}>{cellText(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RecordsProps {
  name: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export function Records({ name, columns, rows }: RecordsProps) {
  return (
    <table className="tally rounds">
      <caption>{keyInWords(name)}</caption>
      <thead>
        <tr>
          <th scope="col">No.</th>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {keyInWords(column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <th scope="row" className="numbers">
              {index + 1}
            </th>
            {row.map((cell, at) => (
              <td key={at}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ key, value }) => (
        <div key={key}>
          <dt>{keyInWords(key)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Tree({ name, value }: { name: string; value: Json }) {
  if (typeof value !== 'object' || value === null) {
    return (
      <p className="leaf">
        <span>{keyInWords(name)}</span> {JSON.stringify(value)}
      </p>
    );
  }
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((one, index) => [String(index), one])
    : Object.entries(value);
  return (
    <details className="tree">
      <summary>
        {keyInWords(name)} <span className="quiet-text">{entries.length}</span>
      </summary>
      {entries.slice(0, 200).map(([key, one]) => (
        <Tree key={key} name={key} value={one} />
      ))}
    </details>
  );
}
