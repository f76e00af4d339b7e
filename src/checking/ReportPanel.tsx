import { useFrom } from '../app/context';
import { goToLine } from '../app/editors';
import type { Finding, PaperScore, Report } from '../runtime/protocol';
import { ScenarioList } from './ScenarioList';
import {
  byTier,
  countsInWords,
  measuresInWords,
  outcomeOf,
  TIERS,
  type Outcome,
  type TierResult,
} from './tiers';

const SIGNS: Record<Outcome, string> = { passed: '✓', failed: '✕', none: '–' };
const OUTCOMES: Record<Outcome, string> = {
  passed: 'passed',
  failed: 'failed',
  none: 'not applicable',
};

export function ReportPanel() {
  const loaded = useFrom('checking', (state) => state.loaded);
  const checking = useFrom('checking', (state) => state.checking);
  return (
    <section className="report sheet" aria-label="Report">
      <div className="section-head">
        <h2>
          <span className="mark" aria-hidden="true">
            §3
          </span>
          The report
        </h2>
      </div>
      {checking.kind === 'checking' && <CheckProgress />}
      {loaded === null ? (
        <p className="quiet-text">
          Every program is played at random before you play it. What was found stands here.
        </p>
      ) : (
        <Findings report={loaded.report} />
      )}
      <ScenarioList />
    </section>
  );
}

function CheckProgress() {
  const checking = useFrom('checking', (state) => state.checking);
  const progress = checking.kind === 'checking' ? checking.progress : null;
  const share = progress === null || progress.total === 0 ? null : progress.done / progress.total;
  return (
    <div className="progress">
      <div
        className={share === null ? 'bar endless' : 'bar'}
        role="progressbar"
        aria-label="Checking"
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      >
        <span style={share === null ? undefined : { inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  );
}

function summary(report: Report): string {
  const failed = report.findings.filter((one) => one.passed === false).length;
  const judged = report.findings.filter((one) => one.passed !== null).length;
  const what =
    failed === 0 ? `All ${judged} checks passed` : `${failed} of ${judged} checks failed`;
  const games = `${report.games} random ${report.games === 1 ? 'game' : 'games'}`;
  const lengths =
    report.lengths === null || report.measures !== null
      ? ''
      : `, ${report.lengths.mean.toFixed(1)} actions long on average, ${report.lengths.branching.toFixed(1)} to choose from`;
  return `${what}, over ${games}${lengths}.`;
}

function Findings({ report }: { report: Report }) {
  const score = Math.round(report.score * 100);
  const measured = report.measures === null ? [] : measuresInWords(report.measures);
  return (
    <>
      <div className="score-row">
        <p className="score">
          <span className="label">Score</span> <strong>{score}</strong>{' '}
          <span className="label">of 100</span>
        </p>
        <p>
          {summary(report)}
          {!report.playable && ' No game came to its end, so there is nothing to play yet.'}
        </p>
      </div>
      {measured.length > 0 && <p className="measures">{measured.join(' ')}</p>}
      <div className="tiers">
        {byTier(report).map((result) => (
          // Another outcome folds it anew.
          <TierItem key={`${result.tier} ${result.failed}`} result={result} />
        ))}
      </div>
      {report.paper !== null && <Paper paper={report.paper} />}
    </>
  );
}

function TierItem({ result }: { result: TierResult }) {
  const { tier, findings, failed, passed } = result;
  const outcome: Outcome = failed > 0 ? 'failed' : passed > 0 ? 'passed' : 'none';
  const { title, about } = TIERS[tier];
  return (
    <details className={`tier-group ${outcome}`} open={failed > 0}>
      <summary>
        <span className="sign" aria-hidden="true">
          {SIGNS[outcome]}
        </span>
        <span className="tier-head">
          <span className="tier-name">
            <strong>{title}</strong> <span className="tier-word">{tier}</span>
          </span>
          <span className="tier-counts">{countsInWords(result)}</span>
          <span className="tier-about">{about}</span>
        </span>
      </summary>
      <ul className="findings" aria-label={`${title}: findings`}>
        {findings.map((finding, index) => (
          <FindingItem key={`${finding.check}-${index}`} finding={finding} />
        ))}
      </ul>
      {findings.length === 0 && <p className="quiet-text">This check does not look at it.</p>}
    </details>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const outcome = outcomeOf(finding);
  return (
    <li className={`finding ${outcome}`}>
      <span className="sign" aria-hidden="true">
        {SIGNS[outcome]}
      </span>
      <div>
        <p>
          <strong>{finding.check.replace(/[_-]/g, ' ')}</strong>{' '}
          <span className="outcome">{OUTCOMES[outcome]}</span>
        </p>
        <p className="message">{finding.message}</p>
        <FindingLinks finding={finding} />
      </div>
    </li>
  );
}

function FindingLinks({ finding }: { finding: Finding }) {
  const openReplay = useFrom('checking', (state) => state.openReplay);
  const { line, counterexample, twin } = finding;
  const shows = finding.passed === false && counterexample !== null;
  if (!shows && line === null) return null;
  const length = counterexample?.length ?? 0;
  return (
    <p className="finding-links">
      {shows && (
        <button type="button" className="link" onClick={() => openReplay(finding)}>
          {twin === null
            ? `Replay on the board (${length} ${length === 1 ? 'action' : 'actions'})`
            : 'Show the two worlds on the board'}
        </button>
      )}
      {line !== null && (
        <button type="button" className="link" onClick={() => goToLine('Program text', line)}>
          Line {line}
        </button>
      )}
    </p>
  );
}

/** The score as the published evaluator would give it, for comparison with its table. */
function Paper({ paper }: { paper: PaperScore }) {
  const tiers = Object.entries(paper.tiers)
    .map(([name, value]) => `${name} ${value === null ? '–' : value.toFixed(2)}`)
    .join(', ');
  return (
    <p className="paper">
      Weighed as the published evaluator does:{' '}
      <span className="numbers">{paper.score.toFixed(2)}</span>
      {tiers !== '' && <> ({tiers})</>}, for comparison with its table.
    </p>
  );
}
