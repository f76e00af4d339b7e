import { useEffect, useMemo, useRef, useState } from 'react';
import { useFrom } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import { isChoice, type Target } from './clicks';
import { NO_HINT, type BoardHint } from './hint';
import { LegalActions } from './LegalActions';
import {
  CHANCE,
  coveredPlayers,
  humanSeats,
  openThought,
  type GameFacts,
  type Playing,
  type Shown,
  type Thought,
} from './match';
import { weigh, WeighingContext } from './marks';
import { MatchControls } from './MatchControls';
import { MoveList } from './MoveList';
import { Piece } from './Piece';
import { ReplayView } from './ReplayView';
import { SearchTable } from './SearchTable';
import { marks, recognise } from './shapes';
import { View } from './View';
import { playerName, resultOf, turnInWords } from './words';

export function BoardPanel() {
  const playing = useFrom('playing', (state) => state.playing);
  const facts = useFrom('playing', (state) => state.facts);
  const replay = useFrom('checking', (state) => state.replay);
  const done = useFrom('writing', (state) => state.writing.kind === 'done');
  const replaying = replay.kind === 'open';
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow page the board lies below what was just pressed.
    if (done || replaying) section.current?.scrollIntoView({ block: 'nearest' });
  }, [done, replaying]);
  return (
    <section ref={section} className="board" id="board" aria-label="Board" tabIndex={-1}>
      {replay.kind === 'open' ? (
        <ReplayView replay={replay} />
      ) : playing.kind === 'none' || facts === null ? (
        <EmptyTable />
      ) : (
        <Table playing={playing} facts={facts} />
      )}
    </section>
  );
}

function EmptyTable() {
  return (
    <div className="empty-table">
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <path d="M44 12v96M76 12v96M12 44h96M12 76h96" />
        <path className="x" d="M20 20l16 16m0-16L20 36" />
        <circle className="o" cx="60" cy="60" r="9" />
        <path className="x" d="M84 84l16 16m0-16l-16 16" />
      </svg>
      <p>The game is laid out here as soon as its program has been checked.</p>
    </div>
  );
}

/** The list of legal actions keeps its place while the others move. */
const ON_THE_MOVE: ReadonlySet<Playing['kind']> = new Set(['awaiting', 'settling', 'thinking']);

/** So many past actions show how the game writes places. */
const SAID = 20;

type Going = Exclude<Playing, { kind: 'none' }>;

function Table({ playing, facts }: { playing: Going; facts: GameFacts }) {
  const pick = useFrom('playing', (state) => state.pick);
  const [choices, setChoices] = useState<readonly string[]>([]);
  const { match, shown } = playing;
  const thought = openThought(playing, facts);
  const weighing = useWeighing(thought, playing);
  const hint: BoardHint = {
    ...(facts.board ?? NO_HINT),
    ...(shown !== null && { mover: shown.position.player }),
  };
  const legal = playing.kind === 'awaiting' ? playing.shown.position.legal : [];
  // Choices of an earlier position mean nothing now.
  const open = choices.filter((action) => legal.includes(action));
  const onTarget = ({ actions }: Target) => {
    const [first] = actions;
    if (actions.length === 1 && first !== undefined) pick(first);
    else setChoices(actions);
  };
  return (
    <>
      <TurnLine playing={playing} facts={facts} />
      {playing.kind === 'passing' && <PassScreen name={playerName(facts.names, playing.to)} />}
      {shown !== null && (
        <WeighingContext value={weighing}>
          <View
            view={shown.position.view}
            before={shown.before}
            names={facts.names}
            seat={shown.seat}
            legal={legal}
            said={[...shown.position.actions.slice(0, SAID), ...shown.position.legal]}
            hint={hint}
            covered={coveredPlayers(match, shown)}
            onTarget={onTarget}
          />
        </WeighingContext>
      )}
      {open.length > 1 && <Choices actions={open} onPick={pick} />}
      {playing.kind === 'broken' && <TroubleNote trouble={playing.trouble} />}
      {ON_THE_MOVE.has(playing.kind) && shown !== null && (
        <WeighingContext value={weighing}>
          <LegalActions
            legal={legal}
            asCards={isChoice(recognise(shown.position.view, facts.names, hint), legal, hint)}
            words={hint.words ?? {}}
            onPick={pick}
          />
        </WeighingContext>
      )}
      <MatchControls />
      {playing.thought !== null && <Thoughts thought={thought} playing={playing} facts={facts} />}
      {shown !== null && (
        <MoveList match={match} seen={shown.position.actions} names={facts.names} />
      )}
    </>
  );
}

/** The search's findings on the position that lies on the table, once for each change of them. */
function useWeighing(thought: Thought | null, { match }: Going) {
  const now = thought !== null && thought.at === match.moves.length ? thought.statistics : null;
  return useMemo(() => (now === null ? null : weigh(now)), [now]);
}

function Choices({ actions, onPick }: { actions: readonly string[]; onPick: (a: string) => void }) {
  return (
    <div className="choices" role="group" aria-label="Which one?">
      <p>This place can mean:</p>
      {actions.map((action) => (
        <button type="button" className="button action" key={action} onClick={() => onPick(action)}>
          {action}
        </button>
      ))}
    </div>
  );
}

function headline(playing: Going, facts: GameFacts): string {
  switch (playing.kind) {
    case 'over':
      return resultOf(playing.match, playing.shown);
    case 'awaiting':
      return turnInWords(playing.match, facts, playing.shown.position.player);
    case 'thinking':
      return turnInWords(playing.match, facts, playing.player);
    case 'passing':
      return 'Hidden information';
    case 'settling':
      return '';
    case 'broken':
      return 'The match has stopped';
  }
}

/** What the others and chance did since the viewer's last move, as far as it may be seen. */
function sinceThen(playing: Going, shown: Shown, facts: GameFacts): string {
  const { moves } = playing.match;
  const events: string[] = [];
  for (let index = moves.length - 1; index >= 0; index--) {
    const player = moves[index]?.player ?? CHANCE;
    if (player === shown.seat) break;
    const action = shown.position.actions[index] ?? '?';
    if (action !== '?') events.unshift(`${playerName(facts.names, player)}: ${action}`);
  }
  return events.slice(-4).join('  ·  ');
}

function TurnLine({ playing, facts }: { playing: Going; facts: GameFacts }) {
  const { match, shown } = playing;
  const alone = humanSeats(match).length === 1;
  const events = shown === null ? '' : sinceThen(playing, shown, facts);
  const pieces = shown === null ? [] : marks(shown.position.view, facts.players);
  return (
    <div className="turn-line">
      <h2>{headline(playing, facts)}</h2>
      <p className="seats">
        {facts.names.map((name, player) => {
          const label = match.seats[player] === 'search' ? 'search' : alone ? 'you' : '';
          const due = shown?.position.player === player && playing.kind !== 'over';
          return (
            <span key={player} className={due ? 'seat due' : 'seat'}>
              <Piece cell={pieces[player] ?? null} names={facts.names} />
              {name}
              {label !== '' && <small> {label}</small>}
            </span>
          );
        })}
      </p>
      {events !== '' && <p className="events">{events}</p>}
    </div>
  );
}

function PassScreen({ name }: { name: string }) {
  const takeDevice = useFrom('playing', (state) => state.takeDevice);
  return (
    <div className="pass">
      <p>Pass the device to</p>
      <p className="pass-name">{name}</p>
      <button type="button" className="button primary" onClick={takeDevice}>
        I am {name}
      </button>
    </div>
  );
}

interface ThoughtsProps {
  /** null where it would tell what the viewer may not know. */
  thought: Thought | null;
  playing: Going;
  facts: GameFacts;
}

function Thoughts({ thought, playing, facts }: ThoughtsProps) {
  if (thought === null) {
    return (
      <p className="secret">
        What the search thinks stays covered until the end: it would show what it knows.
      </p>
    );
  }
  const seen = playing.shown?.position.actions ?? [];
  return <SearchTable thought={thought} names={facts.names} seen={seen} />;
}
