import { useRef, useState } from 'react';
import { ActionButton } from '../app/ActionButton';
import { useFrom, usePage } from '../app/context';
import { download } from '../app/download';
import { TroubleNote } from '../app/TroubleNote';
import { currentCandidate, nameOf } from './games';
import type { SavedGame } from './schema';

export function LibraryPanel() {
  const games = useFrom('library', (state) => state.games);
  const storage = useFrom('library', (state) => state.storage);
  return (
    <section className="library" aria-labelledby="library-heading">
      <div className="section-head">
        <h2 id="library-heading">Saved games</h2>
        <ImportButton />
        <ActionButton id="export" look="quiet" />
      </div>
      {storage.kind === 'memory' && <TroubleNote trouble={storage.trouble} />}
      {games.length === 0 ? (
        <p className="quiet-text">
          Every game that you type is kept on this device, with its programs and matches.
        </p>
      ) : (
        <ul className="saved">
          {games.map((game) => (
            <SavedItem key={game.id} game={game} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ImportButton() {
  const { stores } = usePage();
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File) => {
    const { say } = stores.shell.getState();
    try {
      const count = stores.library.getState().importText(await file.text());
      say(`Imported ${count} ${count === 1 ? 'game' : 'games'}.`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(`“${file.name}” cannot be imported: ${why}. Choose a file that was exported here.`);
    }
  };
  return (
    <>
      <button type="button" className="button quiet" onClick={() => input.current?.click()}>
        Import
      </button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label="File to import"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void read(file);
          event.target.value = '';
        }}
      />
    </>
  );
}

function described(game: SavedGame): string {
  const candidate = currentCandidate(game);
  const played = game.matches.filter((match) => match.moves.length > 0).length;
  const parts = [
    candidate === null ? 'no program yet' : `score ${Math.round(candidate.report.score * 100)}`,
    played === 0 ? '' : `${played} ${played === 1 ? 'match' : 'matches'}`,
    new Date(game.updatedAt).toLocaleDateString(undefined, { dateStyle: 'medium' }),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function SavedItem({ game }: { game: SavedGame }) {
  const { stores } = usePage();
  const current = useFrom('library', (state) => state.current.id);
  const [state, setState] = useState<'shown' | 'renaming' | 'deleting'>('shown');
  const library = stores.library.getState();
  const name = nameOf(game);
  return (
    <li className={game.id === current ? 'current' : ''}>
      {state === 'renaming' ? (
        <RenameForm game={game} done={() => setState('shown')} />
      ) : (
        <button
          type="button"
          className="open"
          aria-current={game.id === current}
          onClick={() => stores.openGame(game.id)}
        >
          <span className="name">{name}</span>
          <span className="quiet-text">{described(game)}</span>
        </button>
      )}
      <div className="saved-acts" role="group" aria-label={`${name}:`}>
        {state === 'deleting' ? (
          <>
            <button
              type="button"
              className="link bad-text"
              onClick={() => stores.removeGame(game.id)}
            >
              Delete for good
            </button>
            <button type="button" className="link" onClick={() => setState('shown')}>
              Keep
            </button>
          </>
        ) : (
          <>
            <button type="button" className="link" onClick={() => setState('renaming')}>
              Rename
            </button>
            <button type="button" className="link" onClick={() => library.duplicate(game.id)}>
              Duplicate
            </button>
            <button
              type="button"
              className="link"
              onClick={() => download('rulewright-game.json', library.exportText(game.id))}
            >
              Export
            </button>
            <button type="button" className="link" onClick={() => setState('deleting')}>
              Delete
            </button>
          </>
        )}
      </div>
    </li>
  );
}

function RenameForm({ game, done }: { game: SavedGame; done: () => void }) {
  const rename = useFrom('library', (state) => state.rename);
  const [title, setTitle] = useState(nameOf(game));
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault();
        rename(game.id, title);
        done();
      }}
    >
      <input
        type="text"
        aria-label="Name of the game"
        maxLength={200}
        value={title}
        ref={(input) => input?.focus()}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') done();
        }}
      />
      <button type="submit" className="button plain">
        Save
      </button>
    </form>
  );
}
