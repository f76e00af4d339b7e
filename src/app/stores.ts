/** All stores of the page, and what follows in one when another changes. */
import { createCheckingStore, type CheckingStore, type Loaded } from '../checking/store';
import { plainScenario, recorded } from '../checking/scenarios';
import {
  currentCandidate,
  currentMatch,
  withCandidate,
  withMatch,
  withScenario,
} from '../library/games';
import type { SavedCandidate, SavedGame, SavedMatch } from '../library/schema';
import { createLibraryStore, type LibraryStore } from '../library/store';
import type { GameFacts, Playing } from '../playing/match';
import { createPlayingStore, type PlayingStore } from '../playing/store';
import { resultOf } from '../playing/words';
import { createSearchTeam } from '../runtime/search-team';
import { exampleById } from '../rules/examples';
import type { GalleryGame } from '../rules/gallery';
import { createGalleryStore, type GalleryStore } from '../rules/gallery-store';
import { createRulesStore, type RulesStore } from '../rules/store';
import { createModelsStore, PREFERENCES, type ModelsStore } from '../writing/models-store';
import { createWritingStore, type WritingStore } from '../writing/store';
import type { Services } from './service-types';
import { createShellStore, type ShellStore } from './shell';
import { createThemeStore, type ThemeStore } from './theme';

export interface Stores {
  readonly rules: RulesStore;
  readonly gallery: GalleryStore;
  readonly models: ModelsStore;
  readonly writing: WritingStore;
  readonly checking: CheckingStore;
  readonly playing: PlayingStore;
  readonly library: LibraryStore;
  readonly shell: ShellStore;
  readonly theme: ThemeStore;
  /** Restores what was on the page last time. */
  readonly start: () => Promise<void>;
  /** Puts a saved game on the page; null an empty one. */
  readonly openGame: (id: string | null) => void;
  readonly openExample: (id: string) => void;
  readonly removeGame: (id: string) => void;
  /** Keeps the position after these actions as a scenario: each new candidate is checked against it. */
  readonly keepScenario: (actions: readonly string[]) => Promise<void>;
}

export function factsOf({ program, board }: Pick<Loaded, 'program' | 'board'>): GameFacts {
  const { players, names, information } = program;
  return { players, names, hidden: information === 'imperfect', board };
}

/** What the library keeps of a match. */
export function savedMatch(
  playing: Exclude<Playing, { kind: 'none' }>,
  candidate: string,
): SavedMatch {
  const { match } = playing;
  const result = playing.kind === 'over' ? resultOf(match, playing.shown).slice(0, 500) : null;
  return { ...match, seats: [...match.seats], moves: [...match.moves], candidate, result };
}

function savedCandidate(loaded: Loaded, now: number): SavedCandidate {
  const { id, origin, model, report, board, program } = loaded;
  return { id, origin, model, report, board, source: program.source, createdAt: now };
}

export function createStores(services: Services): Stores {
  const rules = createRulesStore();
  const library = createLibraryStore(services);
  const playing = createPlayingStore(services);
  const models = createModelsStore(services.models);
  const shell = createShellStore(services.runtime);

  const scenarios = () => library.getState().current.scenarios.map(plainScenario);
  const checking = createCheckingStore({ ...services, scenarios }, (loaded, restored) => {
    const kept = restored ? currentMatch(library.getState().current) : null;
    if (!restored) {
      const candidate = savedCandidate(loaded, services.now());
      library.getState().change((game) => withCandidate(game, candidate), 'now');
    }
    const { session, program } = loaded;
    const team = createSearchTeam(
      services.runtime,
      session,
      program.source,
      services.searchWorkers(),
    );
    playing.getState().setGame({ session, team }, factsOf(loaded), kept);
  });

  const writing = createWritingStore({
    runtime: services.runtime,
    now: services.now,
    rules: () => rules.getState().text,
    scenarios,
    model: () => models.getState().model(),
    verdict: () => models.getState().offered[models.getState().model().id]?.verdict,
    engine: () => models.getState().engine(),
    adopt: (checked, model) => {
      checking.getState().adopt(checked, { origin: 'written', model: model.title });
    },
  });

  keepInLibrary({ rules, library, checking, playing });
  keepStatusFresh({ rules, checking, playing, writing, shell });
  models.subscribe((state, before) => {
    const keep = library.getState().setSetting;
    if (state.selected !== before.selected) keep('model', state.selected);
    if (state.preference !== before.preference) keep('engine', state.preference);
    if (state.addresses !== before.addresses) keep('addresses', state.addresses.join('\n'));
  });
  writing.subscribe(({ writing: now }, { writing: before }) => {
    // A model that was just fetched is now kept by the browser.
    if (now.kind === 'done' && before.kind !== 'done') void models.getState().look();
  });

  const place = createPlace({ rules, library, checking, playing, writing });
  return {
    rules,
    gallery: createGalleryStore(services.games, (game) => {
      place.layGame(game);
    }),
    models,
    writing,
    checking,
    playing,
    library,
    shell,
    theme: createThemeStore(),
    ...place,
    keepScenario: scenarioKeeper(services, { library, checking, shell }),
    async start() {
      void models.getState().look();
      const game = await library.getState().open();
      const [model, engine, addresses] = await Promise.all(
        ['model', 'engine', 'addresses'].map((name) => library.getState().setting(name)),
      );
      if (model != null) models.getState().select(model);
      const preference = PREFERENCES.find((one) => one === engine) ?? 'automatic';
      const typed = (addresses ?? '').split('\n').filter((address) => address !== '');
      if (typed.length > 0 || preference !== 'automatic') {
        void models.getState().restore(typed, preference);
      }
      if (game !== null) place.lay(game);
    },
  };
}

function scenarioKeeper(
  { newId, now }: Services,
  { library, checking, shell }: Pick<Stores, 'library' | 'checking' | 'shell'>,
) {
  return async (actions: readonly string[]): Promise<void> => {
    const { loaded } = checking.getState();
    if (loaded === null) return;
    const { say } = shell.getState();
    try {
      const params = { actions: [...actions], seat: null };
      const scenario = recorded(await loaded.session.call('position', params), newId(), now());
      library.getState().change((game) => withScenario(game, scenario), 'now');
      say(`Kept as a scenario: “${scenario.name}”. Every new candidate is checked against it.`);
    } catch (error) {
      say(
        `This position cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}

type Fresh = Pick<Stores, 'rules' | 'checking' | 'playing' | 'writing' | 'shell'>;
type Kept = Pick<Stores, 'rules' | 'library' | 'checking' | 'playing'>;

/** Every change of the rules and of the match goes to the library. */
function keepInLibrary({ rules, library, checking, playing }: Kept): void {
  rules.subscribe(({ text }, before) => {
    if (text === before.text || text === library.getState().current.rules) return;
    library.getState().change((game) => ({ ...game, rules: text }), 'soon');
  });
  playing.subscribe(({ playing: now }, { playing: before }) => {
    const { loaded } = checking.getState();
    if (now.kind === 'none' || now === before || loaded === null) return;
    const changed =
      before.kind === 'none' || now.match !== before.match || now.kind !== before.kind;
    if (!changed) return;
    const { replay, closeReplay } = checking.getState();
    // A match that goes on again must not lie open beside itself.
    if (replay.kind === 'open' && replay.subject.kind === 'match') closeReplay();
    const match = savedMatch(now, loaded.id);
    library.getState().change((game) => withMatch(game, match), 'now');
  });
}

/** The status line speaks of what happened last: a failure or a notice gives way to what follows it. */
function keepStatusFresh({ rules, checking, playing, writing, shell }: Fresh): void {
  const worked = (now: { kind: string }, before: { kind: string }): void => {
    if (now.kind !== before.kind) shell.setState({ notice: null, wentOn: false });
  };
  writing.subscribe((now, before) => {
    worked(now.writing, before.writing);
  });
  checking.subscribe((now, before) => {
    worked(now.checking, before.checking);
  });
  playing.subscribe((now, before) => {
    if (now.playing.kind !== before.playing.kind) shell.setState({ notice: null, wentOn: true });
  });
  rules.subscribe((now, before) => {
    if (now.text !== before.text) shell.setState({ notice: null, wentOn: true });
  });
}

/** Which game lies on the page. */
function createPlace({
  rules,
  library,
  checking,
  playing,
  writing,
}: Kept & Pick<Stores, 'writing'>) {
  const lay = (game: SavedGame): void => {
    writing.getState().cancel();
    playing.getState().clear();
    checking.getState().clear();
    rules.getState().replace(game.rules, null);
    const candidate = currentCandidate(game);
    if (candidate !== null) void checking.getState().restore(candidate);
  };
  return {
    lay,
    openGame(id: string | null) {
      lay(library.getState().turnTo(id));
    },
    openExample(id: string) {
      const example = exampleById(id);
      if (example === undefined) return;
      const { current } = library.getState();
      // What a person typed, or has a program for, stays in the library as a game of its own.
      const untouched = rules.getState().example !== null || current.rules.trim() === '';
      if (!untouched || current.candidates.length > 0) lay(library.getState().turnTo(null));
      rules.getState().replace(example.rules, example.id);
    },
    /** A game of the gallery, as a game of its own: its rules, its program, and the board at once. */
    layGame({ meta, rulesShort, program }: GalleryGame) {
      lay(library.getState().turnTo(null));
      rules.getState().replace(rulesShort.trim(), null);
      library.getState().change((game) => ({ ...game, title: meta.title }), 'soon');
      void checking.getState().play(program, meta.board);
    },
    removeGame(id: string) {
      const onPage = library.getState().current.id === id;
      library.getState().remove(id);
      if (onPage) lay(library.getState().turnTo(null));
    },
  };
}
