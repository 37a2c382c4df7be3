import type { StatusParams } from '../../protocol';
import { nameOf } from './worklistTree';

/** What the guardrail item shows; plain data, so that it can be tested without an editor. */
export interface StatusView {
  readonly text: string;
  readonly warning: boolean;
  readonly lines: readonly string[];
  readonly accessible: string;
}

/** The guardrail item's words for a document's status. */
export function statusView(status: StatusParams): StatusView {
  const { tracking, aiCharacters, characters, findings, staged, problems } = status;
  if (tracking.state === 'off') {
    return {
      text: '$(circle-slash) AI',
      warning: false,
      lines: [`Not observing this file: ${tracking.reason}`],
      accessible: `Taggant is not observing this file. ${tracking.reason}`,
    };
  }
  const share = shareOf(aiCharacters, characters);
  const blocking = staged.findings.filter(({ enforcement }) => enforcement === 'block').length;
  const icon = staged.held ? '$(lock)' : findings.length > 0 ? '$(warning)' : '$(shield)';
  const counts = findings.length > 0 ? ` · ${findings.length} to review` : '';
  const lines = [
    `AI share of this file: ${share} (${aiCharacters} of ${characters} characters)`,
    findings.length > 0
      ? `${plural(findings.length, 'unreviewed AI span')} on critical paths in this file`
      : 'No unreviewed AI span on a critical path in this file',
    ...missing(findings),
    staged.findings.length > 0
      ? `${plural(staged.findings.length, 'unreviewed AI span')} on critical paths in the staged change`
      : 'Nothing in the staged change waits for a review',
    ...(staged.held ? [`The next commit will be stopped by ${plural(blocking, 'finding')}.`] : []),
    ...(tracking.state === 'not-set-up'
      ? ['This repository is not set up: marks stay on this machine. Run "Taggant: Set Up This Repository".']
      : []),
    ...problems,
  ];
  return {
    text: `${icon} AI ${share}${counts}`,
    warning: staged.held,
    lines,
    accessible: `Taggant: ${lines.join('. ')}`,
  };
}

/** More rules than this say nothing more in a tooltip. */
const MAX_RULES = 5;

/** What each rule still wants of this file, and who asked for it: "checkout needs 1 sign-off by senior, not the author". */
function missing(findings: StatusParams['findings']): string[] {
  const sentences = findings
    .filter(({ needs }) => needs !== undefined)
    .map(({ rule, needs, requestedBy }) => {
      const asked = requestedBy ? ` (requested by ${nameOf(requestedBy)})` : '';
      return `${rule} ${needs}${asked}`;
    });
  return [...new Set(sentences)].slice(0, MAX_RULES);
}

/** A whole percentage; "<1%" and ">99%" where rounding would say none or all. */
export function shareOf(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0) return '<1%';
  return percent === 100 && part < whole ? '>99%' : `${percent}%`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
