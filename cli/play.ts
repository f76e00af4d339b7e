/** `rulewright play`: a match against the tree search in the terminal. */
import type { Position } from '../src/runtime/protocol';
import type { ProgramSession } from '../src/runtime/runtime';
import { oneFile, whole, type Options } from './options';
import { Misuse, readProgram } from './programs';
import type { Setting, Start } from './setting';
import { viewText } from './view';

const HELP = 'Type the number or the name of an action; u takes your last action back, q quits.';
/** Budget of one answer of the search. */
const MILLISECONDS = 10_000;
const OVER = -4;

export async function play(
  start: Start,
  names: readonly string[],
  given: Options,
  setting: Setting,
): Promise<number> {
  const source = await readProgram(oneFile('play', names));
  const [seat, seed] = [whole(given, 'seat', 0), whole(given, 'seed', 0)];
  const simulations = whole(given, 'simulations', 400, 1);
  const session = start().session();
  const { players } = await session.call('open', { source }, { signal: setting.signal });
  if (seat >= players) throw new Misuse(`the game has the seats 0 to ${players - 1}`);
  await new Match(session, { seat, seed, simulations }, setting).play();
  return 0;
}

interface Terms {
  readonly seat: number;
  readonly seed: number;
  readonly simulations: number;
}

/** One person in a seat; the search plays every other one. */
class Match {
  #actions: string[] = [];
  /** Lengths of the list at the person's own decisions. */
  readonly #decisions: number[] = [];

  constructor(
    readonly session: ProgramSession,
    readonly terms: Terms,
    readonly setting: Setting,
  ) {}

  /** Plays to the end of the game or until the person quits. */
  async play(): Promise<void> {
    const { out, signal } = this.setting;
    const { seat, seed } = this.terms;
    out(`${HELP}\n`);
    for (;;) {
      const asked = { actions: this.#actions, seed };
      this.#actions = (await this.session.call('advance', asked, { signal })).actions;
      const position = await this.#position();
      if (position.player === OVER) {
        out(`\n${viewText(position.view)}\n\nThe game is over.\n`);
        position.names.forEach((name, player) => {
          out(`  ${name}: ${signed(position.rewards[player] ?? 0)}\n`);
        });
        return;
      }
      if (position.player !== seat) await this.#answer(position);
      else if (!(await this.#choose(position))) return;
    }
  }

  #position(): Promise<Position> {
    const asked = { actions: this.#actions, seat: this.terms.seat };
    return this.session.call('position', asked, { signal: this.setting.signal });
  }

  /** The search plays. */
  async #answer({ names, player }: Position): Promise<void> {
    const { seed, simulations } = this.terms;
    const { best } = await this.session.call(
      'search',
      { actions: this.#actions, seed, simulations, milliseconds: MILLISECONDS },
      { signal: this.setting.signal },
    );
    if (best === null) throw new Error('The search found no action before the game was over.');
    this.#actions = [...this.#actions, best];
    const shown = (await this.#position()).actions.at(-1);
    this.setting.out(`\n${names[player]} plays ${shown === '?' ? 'something hidden' : shown}.\n`);
  }

  /** The person plays, takes back, or (false) quits. */
  async #choose({ view, names, legal }: Position): Promise<boolean> {
    const { out, ask } = this.setting;
    const listed = legal.map((action, number) => `${number + 1} ${action}`).join('   ');
    out(`\n${viewText(view)}\n\n${names[this.terms.seat]}, your actions:\n  ${listed}\n`);
    for (;;) {
      const word = (await ask('> '))?.trim();
      const action =
        legal.find((one) => one === word) ?? (word ? legal[Number(word) - 1] : undefined);
      if (action !== undefined) {
        this.#decisions.push(this.#actions.length);
        this.#actions = [...this.#actions, action];
        return true;
      }
      if (word === undefined || word === 'q' || word === 'quit') return false;
      if (word !== 'u' && word !== 'undo') {
        out(`"${word}" is no action here. ${HELP}\n`);
        continue;
      }
      const before = this.#decisions.pop();
      if (before !== undefined) {
        this.#actions = this.#actions.slice(0, before);
        return true;
      }
      out('There is nothing to take back.\n');
    }
  }
}

const signed = (reward: number): string => (reward > 0 ? `+${reward}` : String(reward));
