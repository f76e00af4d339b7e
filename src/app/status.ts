/** The one sentence of the status line: what the page is doing, or waits for. Pure. */
import type { Checking } from '../checking/store';
import type { StorageState } from '../library/store';
import type { GameFacts, Playing } from '../playing/match';
import { playerName, resultOf, turnInWords } from '../playing/words';
import type { RuntimeState } from '../runtime/runtime';
import type { Writing } from '../writing/state';

export interface StatusInput {
  readonly runtime: RuntimeState;
  readonly writing: Writing;
  readonly checking: Checking;
  readonly playing: Playing;
  readonly facts: GameFacts | null;
  readonly storage: StorageState;
  readonly notice: string | null;
  readonly wentOn: boolean;
}

export interface Status {
  readonly tone: 'calm' | 'busy' | 'bad';
  readonly text: string;
}

const calm = (text: string): Status => ({ tone: 'calm', text });
const busy = (text: string): Status => ({ tone: 'busy', text });
const bad = (text: string): Status => ({ tone: 'bad', text });

function writingStatus(writing: Writing): Status | null {
  const again = 'tried' in writing && writing.tried.length > 0;
  const which = again ? ` candidate ${writing.tried.length + 1}` : '';
  switch (writing.kind) {
    case 'loading-model':
      return busy(writing.progress === null ? 'Loading the model.' : 'Fetching the model.');
    case 'reading-prompt':
      return busy(again ? `Reading the rules for${which}.` : 'Reading the rules.');
    case 'writing':
      return busy(again ? `Writing${which}.` : 'Writing the program.');
    case 'tidying':
      return busy('Tidying the program.');
    case 'checking':
      return busy('Checking the program by playing it.');
    case 'failed':
      return bad(`${writing.trouble.what}: ${writing.trouble.why}`);
    case 'idle':
    case 'done':
      return null;
  }
}

function checkingStatus(checking: Checking): Status | null {
  switch (checking.kind) {
    case 'resting':
      return null;
    case 'opening':
      return busy('Loading the program.');
    case 'checking':
      return busy('Checking the program by playing it.');
    case 'failed':
      return bad(`${checking.trouble.what}: ${checking.trouble.why}`);
  }
}

function playingStatus(playing: Playing, facts: GameFacts | null): Status | null {
  if (playing.kind === 'none' || facts === null) return null;
  switch (playing.kind) {
    case 'settling':
      return busy('Setting the board.');
    case 'awaiting':
      return calm(turnInWords(playing.match, facts, playing.shown.position.player));
    case 'passing':
      return calm(`Pass the device to ${playerName(facts.names, playing.to)}.`);
    case 'thinking':
      return playing.match.seats[playing.player] === 'search'
        ? busy(turnInWords(playing.match, facts, playing.player))
        : busy('The search is looking for a hint.');
    case 'over':
      return calm(`Game over. ${resultOf(playing.match, playing.shown)}`);
    case 'broken':
      return bad(`${playing.trouble.what}: ${playing.trouble.why}`);
  }
}

function runtimeStatus(runtime: RuntimeState): Status | null {
  if (runtime.kind === 'starting') return busy(`${runtime.stage}.`);
  if (runtime.kind === 'failed') {
    return bad(`Python cannot start: ${runtime.error.message} ${runtime.error.nextStep}`);
  }
  return null;
}

export function describeStatus(input: StatusInput): Status {
  const work = writingStatus(input.writing) ?? checkingStatus(input.checking);
  if (work?.tone === 'busy') return work;
  if (input.runtime.kind === 'failed') return runtimeStatus(input.runtime) ?? calm('');
  if (work !== null && !input.wentOn) return work;
  if (input.notice !== null) return calm(input.notice);
  const match = playingStatus(input.playing, input.facts);
  if (match !== null) return match;
  const starting = runtimeStatus(input.runtime);
  if (starting !== null) return starting;
  if (input.storage.kind === 'memory') return bad(`${input.storage.trouble.what}.`);
  if (input.writing.kind === 'idle' && input.writing.note !== null) return calm(input.writing.note);
  return calm('Ready. Type the rules of a game and press Write.');
}
