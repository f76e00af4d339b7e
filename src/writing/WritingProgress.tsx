import { useFrom, usePage } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import { FAMILIES, EXAMPLES } from '../rules/examples';
import { bytesInWords, secondsInWords } from './format';
import { isBusy, triedInWords, type Writing } from './state';

const PHASES = [
  { kinds: ['loading-model'], title: 'Load' },
  { kinds: ['reading-prompt'], title: 'Read' },
  { kinds: ['writing'], title: 'Compose' },
  { kinds: ['tidying'], title: 'Tidy' },
  { kinds: ['checking'], title: 'Check' },
] as const;

/** Where the current phase stands: a share from 0 to 1 where one is known, and words. */
function standing(writing: Writing): { share: number | null; words: string } {
  switch (writing.kind) {
    case 'loading-model': {
      const { progress } = writing;
      if (progress === null) return { share: null, words: 'getting the model ready' };
      const { loadedBytes, totalBytes, secondsLeft } = progress;
      const left = secondsLeft === null ? '' : `, ${secondsInWords(secondsLeft)} left`;
      const words = `${bytesInWords(loadedBytes)} of ${bytesInWords(totalBytes)}${left}`;
      return { share: totalBytes > 0 ? loadedBytes / totalBytes : null, words };
    }
    case 'reading-prompt':
      return { share: null, words: 'the model reads the rules' };
    case 'writing':
      return {
        share: null,
        words: `${writing.tokens} tokens, ${writing.tokensPerSecond.toFixed(1)} a second`,
      };
    case 'tidying':
      return { share: null, words: 'mending and loading the program' };
    case 'checking': {
      const { progress } = writing;
      if (progress === null) return { share: null, words: 'playing random games' };
      const share = progress.total > 0 ? progress.done / progress.total : null;
      return { share, words: `${progress.phase}: ${progress.done} of ${progress.total}` };
    }
    case 'idle':
    case 'done':
    case 'failed':
      return { share: null, words: '' };
  }
}

export function WritingProgress() {
  const writing = useFrom('writing', (state) => state.writing);
  if (writing.kind === 'idle') {
    return writing.note === null ? null : <p className="quiet-text note">{writing.note}</p>;
  }
  if (writing.kind === 'done') return <Done writing={writing} />;
  if (writing.kind === 'failed') return <Failed writing={writing} />;
  return <Phases writing={writing} />;
}

function Phases({ writing }: { writing: Writing }) {
  const { share, words } = standing(writing);
  const now = PHASES.findIndex(({ kinds }) => (kinds as readonly string[]).includes(writing.kind));
  const tried = 'tried' in writing ? triedInWords(writing.tried) : '';
  return (
    <div className="progress" aria-busy={isBusy(writing)}>
      <ol className="phases">
        {PHASES.map(({ title }, index) => (
          <li
            key={title}
            className={index < now ? 'past' : index === now ? 'now' : ''}
            aria-current={index === now ? 'step' : undefined}
          >
            {title}
          </li>
        ))}
      </ol>
      <div
        className={share === null ? 'bar endless' : 'bar'}
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        aria-valuetext={words}
      >
        <span style={share === null ? undefined : { inlineSize: `${share * 100}%` }} />
      </div>
      <p className="quiet-text numbers">{words}</p>
      {tried !== '' && <p className="quiet-text">{tried} Trying another candidate.</p>}
    </div>
  );
}

function Done({ writing }: { writing: Extract<Writing, { kind: 'done' }> }) {
  const words = triedInWords(writing.tried);
  const count = writing.tried.length;
  return (
    <p className="quiet-text note">
      Done in {secondsInWords(writing.milliseconds / 1000)}. {words}{' '}
      {words !== '' && count > 1 && 'The best one is on the board.'}
    </p>
  );
}

function Failed({ writing }: { writing: Extract<Writing, { kind: 'failed' }> }) {
  const { stores } = usePage();
  return (
    <div className="failed">
      <TroubleNote trouble={writing.trouble} />
      {writing.reason === 'unknown-game' && <Families />}
      {writing.text !== '' && (
        <details>
          <summary>What the model answered</summary>
          <pre>{writing.text}</pre>
          <button
            type="button"
            className="link"
            onClick={() => stores.checking.getState().setDraft(writing.text)}
          >
            Mend it by hand
          </button>
        </details>
      )}
    </div>
  );
}

function Families() {
  const { stores } = usePage();
  return (
    <ul className="family-links" aria-label="Families it knows">
      {FAMILIES.map(({ id, title }) => {
        const example = EXAMPLES.find((one) => one.family === id);
        return (
          <li key={id}>
            <button
              type="button"
              className="link"
              onClick={() => {
                if (example !== undefined) stores.openExample(example.id);
              }}
            >
              {title}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
