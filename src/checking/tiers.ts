/** The tiers of a report in words. Pure. */
import type { Finding, Measures, Report } from '../runtime/protocol';

export type Tier = Finding['tier'];

export const TIERS: Readonly<Record<Tier, { readonly title: string; readonly about: string }>> = {
  static: {
    title: 'The text',
    about:
      'Read before anything is played: it is Python, it has the functions of a game, and it reaches for nothing else.',
  },
  dynamics: {
    title: 'How it plays',
    about:
      'Played at random: nothing crashes, gets stuck or goes on for ever, and the same moves always lead to the same place.',
  },
  information: {
    title: 'What players know',
    about:
      'Each player sees their own and nothing of the others’, and what is hidden can be imagined from what was seen.',
  },
  semantics: {
    title: 'What it means',
    about: 'Positions that are known to be right come out right: your own scenarios among them.',
  },
  play: {
    title: 'As a game',
    about: 'Played by the search: thinking pays, and nobody has won before the first move.',
  },
};

export const TIER_ORDER = ['static', 'dynamics', 'information', 'semantics', 'play'] as const;

export type Outcome = 'passed' | 'failed' | 'none';

export function outcomeOf({ passed }: Finding): Outcome {
  return passed === null ? 'none' : passed ? 'passed' : 'failed';
}

/** Failed findings first, the heaviest at the top. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = { failed: 0, passed: 1, none: 2 };
  return [...findings].sort(
    (a, b) => rank[outcomeOf(a)] - rank[outcomeOf(b)] || b.weight - a.weight,
  );
}

export interface TierResult {
  readonly tier: Tier;
  readonly findings: readonly Finding[];
  readonly failed: number;
  readonly passed: number;
  /** Findings that say why there was nothing to check. */
  readonly none: number;
}

export function byTier({ findings }: Pick<Report, 'findings'>): TierResult[] {
  return TIER_ORDER.map((tier) => {
    const own = inOrder(findings.filter((one) => one.tier === tier));
    const count = (outcome: Outcome) => own.filter((one) => outcomeOf(one) === outcome).length;
    const [failed, passed, none] = [count('failed'), count('passed'), count('none')];
    return { tier, findings: own, failed, passed, none };
  });
}

export function countsInWords({ failed, passed, none }: TierResult): string {
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    passed > 0 ? `${passed} passed` : '',
    none > 0 ? `${none} not applicable` : '',
  ].filter((one) => one !== '');
  return parts.length === 0 ? 'nothing checked' : parts.join(', ');
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);
const percent = (value: number): string => `${Math.round(Math.abs(value) * 100)}%`;

/** What the check measured of the game, a sentence each. */
export function measuresInWords(measures: Measures): string[] {
  const { branching, length_mean: mean, length_longest: longest } = measures;
  const { first_player_edge: first, search_edge: search } = measures;
  return [
    branching === null ? '' : `A decision has ${rounded(branching)} actions to choose from.`,
    mean === null
      ? ''
      : `A game takes ${rounded(mean)} actions${longest === null ? '' : `, ${rounded(longest)} at most`}.`,
    first === null ? '' : edge(first),
    search === null ? '' : searchEdge(search),
  ].filter((one) => one !== '');
}

/** Edges are shares of what is at stake; smaller ones than this are none. */
const EVEN = 0.05;

function edge(value: number): string {
  if (Math.abs(value) < EVEN) return 'At random the seats are about even.';
  const who = value > 0 ? 'first' : 'second';
  return `At random the ${who} player comes out ahead by ${percent(value)} of what is at stake.`;
}

function searchEdge(value: number): string {
  if (Math.abs(value) < EVEN) return 'Looking ahead gains little on playing at random.';
  const how = value > 0 ? 'gains' : 'loses';
  return `Looking ahead ${how} ${percent(value)} of what is at stake on playing at random.`;
}
