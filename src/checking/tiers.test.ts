import { describe, expect, it } from 'vitest';
import { failedFinding } from '../app/testing/parts';
import { reportSchema } from '../runtime/protocol';
import { byTier, countsInWords, measuresInWords } from './tiers';

describe('a report by its tiers', () => {
  it('shows all five, with what failed first', () => {
    const passed = { ...failedFinding, check: 'crash', passed: true };
    const none = { ...failedFinding, tier: 'semantics' as const, passed: null };
    const tiers = byTier({ findings: [passed, failedFinding, none] });
    expect(tiers.map(({ tier }) => tier)).toEqual([
      'static',
      'dynamics',
      'information',
      'semantics',
      'play',
    ]);
    expect(tiers[1]?.findings.map(({ check }) => check)).toEqual(['purity', 'crash']);
    expect(tiers.map(countsInWords)).toEqual([
      'nothing checked',
      '1 failed, 1 passed',
      'nothing checked',
      '1 not applicable',
      'nothing checked',
    ]);
  });

  it('says the measures that there are', () => {
    const measures = {
      branching: 4.25,
      length_mean: 9,
      length_longest: 12,
      first_player_edge: -0.3,
      search_edge: null,
    };
    expect(measuresInWords(measures).join(' ')).toBe(
      'A decision has 4.3 actions to choose from. A game takes 9 actions, 12 at most. ' +
        'At random the second player comes out ahead by 30% of what is at stake.',
    );
  });

  it('reads reports that were kept before there were twins and measures', () => {
    const finding: Partial<typeof failedFinding> = { ...failedFinding };
    delete finding.twin;
    const old = {
      score: 1,
      playable: true,
      findings: [finding],
      seed: 0,
      games: 1,
      steps: 1,
      milliseconds: 1,
      lengths: null,
    };
    expect(reportSchema.parse(old)).toMatchObject({
      measures: null,
      paper: null,
      findings: [{ twin: null }],
    });
  });
});
