/** Stepping through action lists on the board: a counter-example, a leak's two worlds, or a match. */
import { troubleFrom, type Trouble } from '../app/trouble';
import type { Finding, Position, Scenario } from '../runtime/protocol';
import type { ProgramSession } from '../runtime/runtime';

/** One action list and where it stands. */
export interface World {
  readonly actions: readonly string[];
  /** The last position that could be shown. */
  readonly position: Position | null;
  /** Why the position at this step cannot be shown: often the very failure. */
  readonly trouble: Trouble | null;
}

/** What is replayed. */
export type Subject =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'match' }
  | { readonly kind: 'scenario'; readonly name: string };

export type Replay =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly subject: Subject;
      /** One world, or the two of a leak side by side. */
      readonly worlds: readonly World[];
      /** How many of the actions have been made, in each world that has so many. */
      readonly step: number;
      /** Whose observation is shown; null is the whole state, cards open. */
      readonly seat: number | null;
    };

export type OpenReplay = Extract<Replay, { kind: 'open' }>;

export interface ReplayCommands {
  readonly openReplay: (finding: Finding) => void;
  /** Steps through a match, from its end. */
  readonly lookBack: (actions: readonly string[]) => void;
  /** Shows the position of a scenario. */
  readonly showScenario: (scenario: Pick<Scenario, 'name' | 'actions'>) => void;
  readonly stepReplay: (step: number) => void;
  readonly seeAs: (seat: number | null) => void;
  readonly closeReplay: () => void;
}

interface Access {
  readonly session: () => ProgramSession | null;
  readonly get: () => Replay;
  readonly set: (replay: Replay) => void;
}

/** Steps of the longest world. */
export function lastStep({ worlds }: OpenReplay): number {
  return Math.max(0, ...worlds.map(({ actions }) => actions.length));
}

const laidOut = (actions: readonly string[]): World => ({ actions, position: null, trouble: null });

export function replayCommands({ session, get, set }: Access): ReplayCommands {
  let showing = new AbortController();
  const go = (replay: OpenReplay): void => {
    const program = session();
    if (program === null || replay.step < 0 || replay.step > lastStep(replay)) return;
    showing.abort();
    showing = new AbortController();
    const { signal } = showing;
    void Promise.all(replay.worlds.map((world) => at(program, world, replay, signal))).then(
      (worlds) => {
        if (!signal.aborted) set({ ...replay, worlds });
      },
    );
  };
  const open = (subject: Subject, lists: readonly (readonly string[])[], step: number): void => {
    if (session() === null) return;
    const worlds = lists.map(laidOut);
    const replay: OpenReplay = { kind: 'open', subject, worlds, step, seat: null };
    set(replay);
    go(replay);
  };
  const change = (what: Partial<Pick<OpenReplay, 'step' | 'seat'>>): void => {
    const replay = get();
    if (replay.kind === 'open') go({ ...replay, ...what });
  };
  return {
    openReplay(finding) {
      const { counterexample, twin } = finding;
      if (counterexample === null) return;
      open(
        { kind: 'finding', finding },
        twin === null ? [counterexample] : [counterexample, twin],
        0,
      );
    },
    lookBack(actions) {
      open({ kind: 'match' }, [actions], actions.length);
    },
    showScenario({ name, actions }) {
      open({ kind: 'scenario', name }, [actions], actions.length);
    },
    stepReplay(step) {
      change({ step });
    },
    seeAs(seat) {
      change({ seat });
    },
    closeReplay() {
      showing.abort();
      set({ kind: 'closed' });
    },
  };
}

/** The world at a step; an abort leaves it as it was. */
async function at(
  session: ProgramSession,
  world: World,
  { step, seat }: OpenReplay,
  signal: AbortSignal,
): Promise<World> {
  try {
    const actions = world.actions.slice(0, step);
    const position = await session.call('position', { actions, seat }, { signal });
    return { ...world, position, trouble: null };
  } catch (error) {
    if (signal.aborted) return world;
    return { ...world, trouble: troubleFrom(error, 'The program fails here') };
  }
}
