import { useState } from 'react';
import { useFrom } from '../app/context';
import { TroubleNote } from '../app/TroubleNote';
import type { GalleryEntry } from './gallery';

/** The data set's games, ready to be played without a model. */
export function GamesGallery() {
  const gallery = useFrom('gallery', (state) => state.gallery);
  const missing = useFrom('gallery', (state) => state.missing);
  const unfold = useFrom('gallery', (state) => state.unfold);
  const [open, setOpen] = useState(false);
  return (
    <details className="examples games" open={open}>
      <summary
        onClick={(event) => {
          event.preventDefault();
          setOpen(!open);
          if (!open) void unfold();
        }}
      >
        <h3>Thirty games</h3>
      </summary>
      <p className="quiet-text">
        Written and checked beforehand: they play at once, without a model.
      </p>
      {gallery.kind === 'fetching' && <p role="status">Fetching the games…</p>}
      {gallery.kind === 'failed' && <TroubleNote trouble={gallery.trouble} />}
      {missing !== null && <TroubleNote trouble={missing} />}
      {gallery.kind === 'open' && (
        <ul className="game-list" aria-label="Thirty games">
          {gallery.entries.map((entry) => (
            <Entry key={entry.name} entry={entry} />
          ))}
        </ul>
      )}
    </details>
  );
}

function Entry({ entry }: { entry: GalleryEntry }) {
  const play = useFrom('gallery', (state) => state.play);
  const busy = useFrom('gallery', (state) => state.asked === entry.name);
  const { title, players, information, meanLength } = entry;
  const length = Math.round(meanLength);
  return (
    <li>
      <div>
        <h4>{title}</h4>
        <p className="quiet-text">
          {players} players{information === 'imperfect' && ', hidden information'}, about {length}{' '}
          {length === 1 ? 'decision' : 'decisions'}
        </p>
      </div>
      <button
        type="button"
        className="button"
        aria-label={`Play ${title}`}
        disabled={busy}
        onClick={() => void play(entry.name)}
      >
        Play
      </button>
    </li>
  );
}
