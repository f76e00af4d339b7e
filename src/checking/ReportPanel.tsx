import { useFrom } from '../app/context';
import { goToLine } from '../app/editors';
import type { Finding, Report } from '../runtime/protocol';

const TIERS: Record<Finding['tier'], string> = {
  static: 'The text',
  dynamics: 'How it plays',
  information: 'What players know',
  semantics: 'What it means',
  play: 'As a game',
};

const STATUS = { passed: 'passed', failed: 'failed', none: 'not applicable' } as const;

function statusOf({ passed }: Finding): keyof typeof STATUS {
  return passed === null ? 'none' : passed ? 'passed' : 'failed';
}

/** Failed findings first, the heaviest at the top. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = { failed: 0, passed: 1, none: 2 };
  return [...findings].sort((a, b) => rank[statusOf(a)] - rank[statusOf(b)] || b.weight - a.weight);
}

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
    report.lengths === null
      ? ''
      : `, ${report.lengths.mean.toFixed(1)} actions long on average, ${report.lengths.branching.toFixed(1)} to choose from`;
  return `${what}, over ${games}${lengths}.`;
}

function Findings({ report }: { report: Report }) {
  const score = Math.round(report.score * 100);
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
      <ul className="findings">
        {inOrder(report.findings).map((finding, index) => (
          <FindingItem key={`${finding.check}-${index}`} finding={finding} />
        ))}
      </ul>
    </>
  );
}

function FindingItem({ finding }: { finding: Finding }) {
  const openReplay = useFrom('checking', (state) => state.openReplay);
  const status = statusOf(finding);
  const { line, counterexample } = finding;
  return (
    <li className={`finding ${status}`}>
      <span className="sign" aria-hidden="true">
        {{ passed: '✓', failed: '✕', none: '–' }[status]}
      </span>
      <div>
        <p>
          <strong>{finding.check.replace(/[_-]/g, ' ')}</strong>{' '}
          <span className="tier">
            {TIERS[finding.tier]}, {STATUS[status]}
          </span>
        </p>
        <p className="message">{finding.message}</p>
        {(line !== null || (status === 'failed' && counterexample !== null)) && (
          <p className="finding-links">
            {status === 'failed' && counterexample !== null && (
              <button type="button" className="link" onClick={() => openReplay(finding)}>
                Replay on the board ({counterexample.length}{' '}
                {counterexample.length === 1 ? 'action' : 'actions'})
              </button>
            )}
            {line !== null && (
              <button type="button" className="link" onClick={() => goToLine('Program text', line)}>
                Line {line}
              </button>
            )}
          </p>
        )}
      </div>
    </li>
  );
}
