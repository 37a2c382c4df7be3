/** The words of findings, the same in the editor, on the terminal and in CI. */
import type { SignOffDemand } from './policy';
import type { Region } from './regions';
import { shownPerson } from './signOffs';
import type { Lack } from './verdicts';
import { count, fileArgument, lineRange, printable } from './wording';

/** More rejected statements than this say nothing more. */
const MAX_REJECTED = 5;

/** What is wrong with a region: no full stop, no path, no rule. `coversLine` is false where it is a part of one line. */
export function messageOf(region: Region, lack: Lack, coversLine: boolean): string {
  const range = lineRange(region.startLine, region.endLine);
  if (lack.kind === 'deletion') return `${deletionText(lack)} above line ${region.startLine + 1}`;
  const { before, after } = lackText(lack);
  if (!coversLine) return `${before}${after} in a part of line ${range}`;
  const size = region.endLine - region.startLine;
  return `${count(size, 'line')} of ${before}${after} (${size === 1 ? 'line' : 'lines'} ${range})`;
}

function lackText({ kind, rule, signed }: Lack): { before: string; after: string } {
  const demand = rule.signOff;
  const signatures =
    signed > 0 && demand ? ` with ${signed} of ${count(demand.count, 'sign-off')}` : ' without sign-off';
  switch (kind) {
    case 'unsigned':
      return { before: 'AI code', after: signatures };
    case 'note-missing':
      return { before: 'AI code', after: ' without a note' };
    case 'unknown-origin':
      return { before: 'text of unknown origin', after: demand ? signatures : ', unreviewed' };
    default:
      return { before: 'unreviewed AI code', after: '' };
  }
}

function deletionText({ rule }: Lack): string {
  return rule.signOff ? 'lines removed by an AI edit, without sign-off,' : 'unreviewed removal by an AI edit';
}

/** What would clear it: sentences with the action in the editor and the command. */
export function remedyOf(path: string, region: Region, lack: Lack): string {
  const place = fileArgument(path, region.startLine, region.endLine);
  if (lack.kind === 'note-missing') {
    const note = `use "Add Note" in the editor or run: taggant note ${place} --why "…"`;
    return `${clearedText(lack)}Say what was asked for and why this is right: ${note}`;
  }
  const demand = lack.rule.signOff;
  if (!demand) {
    const review = `use "Mark Reviewed" in the editor or run: taggant review ${place}`;
    return `${clearedText(lack)}Read ${readWhat(lack)}, then ${review}`;
  }
  const ask = lack.clearance ? '' : ` (or ask for it: taggant request ${place})`;
  const sign = `use "Sign Off" in the editor or run: taggant signoff ${place}`;
  return `${clearedText(lack)}It needs ${signersText(demand, lack.signed)}: ${sign}${ask}`;
}

function readWhat({ kind }: Lack): string {
  if (kind === 'deletion') return 'what was removed';
  return kind === 'unknown-origin' ? 'the text' : 'the code';
}

/** `the sign-off of a person with the role "senior", not its author`. */
export function signersText(demand: SignOffDemand, signed = 0): string {
  const left = Math.max(1, demand.count - signed);
  const role = `with the role "${printable(demand.role)}"`;
  const other = signed > 0 ? 'other ' : '';
  const who = left === 1 ? `a${other && 'n'}${other ? 'other ' : ' '}person` : `${left} ${other}people`;
  const sign = left === 1 ? 'the sign-off of' : 'the sign-offs of';
  return (
    `${sign} ${who} ${role}` +
    (demand.notAuthor ? ', not its author' : '') +
    (demand.hardwareKey ? ', with a hardware key' : '')
  );
}

/** Who let it pass, and why; ends with a blank. */
function clearedText({ clearance }: Lack): string {
  if (!clearance) return '';
  const { kind, by } = clearance;
  const did = kind === 'requested' ? 'asked for the sign-off' : 'overrode the rule';
  const why = by.why ? `: ${printable(by.why)}` : '';
  return `${shownPerson(by)} ${did} on ${by.time.slice(0, 10)}${why}${/[.!?…]$/.test(why) ? '' : '.'} `;
}

/** The sentences about statements that do not count, each once, and no more than can be read. */
export function rejectedTexts(rejected: Iterable<string>): string[] {
  const all = [...new Set(rejected)];
  if (all.length <= MAX_REJECTED) return all;
  const more = all.length - MAX_REJECTED;
  return [
    ...all.slice(0, MAX_REJECTED),
    `${count(more, 'more statement')} about it ${more === 1 ? 'does' : 'do'} not count either.`,
  ];
}
