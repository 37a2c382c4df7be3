import type { MarkedText } from '../core/agreedMarks';
import type { Contribution } from '../core/contribution';
import type { Finding, FindingKind } from '../core/findings';
import {
  CONTRIBUTIONS_FOLDER,
  contributionPath,
  STATEMENTS_FOLDER,
  sidecarPath,
  statementPath,
} from '../core/layout';
import { lineAt, splitLines } from '../core/lines';
import { isUnknownOrigin, type Label, type Marks } from '../core/marks';
import { activeRulesFor, type Enforcement, type Policy, type Rule } from '../core/policy';
import { indexStatements, matchFile } from '../core/review';
import { parseStatement, type Statement } from '../core/statements';
import { fileArgument, lineRange, printable } from '../core/wording';
import type { FileChange, Step } from '../repo/history';
import type { ObjectReader } from '../repo/objects';
import type { Debt } from './debts';
import { GUARDRAILS_RULE } from './guardrailChanges';
import { parseContribution } from './knowledge';
import type { Version } from './versions';

/** The rules of BASE that hold for a path on a day, and what they come to. */
export interface PathRules {
  readonly rule: string;
  readonly enforcement: Enforcement;
  readonly rules: readonly Rule[];
}

/** On critical paths the strictest rule speaks; elsewhere a gap in the record only warns. */
export function rulesOfPath(policy: Policy, path: string, day: string): PathRules {
  const rules = activeRulesFor(policy, path, day);
  const first = rules.find(({ enforcement }) => enforcement === 'block') ?? rules[0];
  return { rule: first?.name ?? GUARDRAILS_RULE, enforcement: first?.enforcement ?? 'warn', rules };
}

/** Findings about marks that are missing at the end of a range, one for each region that lost them in the same way. */
export function debtFindings(path: string, version: Version, held: PathRules): Finding[] {
  const { text } = version;
  const lines = splitLines(text);
  const watchesUnknown = held.rules.some(({ unknownOrigin }) => unknownOrigin !== 'ignore');
  const watchesDeletions = held.rules.some(({ deletions }) => deletions !== 'ignore');
  const debts = version.debts.filter(
    ({ label, isDeletion }) =>
      (watchesUnknown || !isUnknownOrigin(label)) &&
      (watchesDeletions || !isDeletion || version.sidecar === null),
  );
  const regions: Debt[][] = [];
  for (const debt of debts) {
    const last = regions[regions.length - 1];
    const before = last?.[last.length - 1];
    const isSame =
      before &&
      before.how === debt.how &&
      before.instead === debt.instead &&
      before.commit === debt.commit &&
      before.isDeletion === debt.isDeletion;
    const isNear =
      before && (debt.how === 'gone' || lineAt(lines, debt.start) - lineAt(lines, before.end - 1) <= 1);
    if (isSame && isNear) last!.push(debt);
    else regions.push([debt]);
  }
  return regions.map((region) => {
    const [first, last] = [region[0]!, region[region.length - 1]!];
    const startLine = lineAt(lines, first.start);
    const endLine = lineAt(lines, last.end - 1) + 1;
    return {
      kind: kindOf(first),
      path,
      ...{ startLine, endLine, start: first.start, end: last.end },
      rule: held.rule,
      enforcement: held.enforcement,
      label: first.label,
      labels: [...new Set(region.map(({ label }) => label))],
      message: messageOf(path, first, lineRange(startLine, endLine)),
      remedy: remedyOf(path, first, held, fileArgument(path, startLine, endLine)),
    };
  });
}

/** A file with marks that was made binary, or larger than what is read: its marks can say nothing any more. */
export function unreadableFinding(path: string, { rule, enforcement }: PathRules): Finding {
  return {
    kind: 'marks-removed',
    path,
    ...{ startLine: 0, endLine: 1, start: 0, end: 0, label: '', labels: [] },
    ...{ rule, enforcement },
    message: `${printable(path)} has marks, but cannot be read as text any more (it is binary, or too large)`,
    remedy: 'Save it as UTF-8 without NUL characters, or make it smaller.',
  };
}

function kindOf({ how, instead }: Debt): FindingKind {
  if (how === 'gone') return 'sidecar-removed';
  return how === 'unfit' || instead !== null ? 'sidecar-edited' : 'marks-removed';
}

function messageOf(path: string, { how, instead, label, commit, isDeletion }: Debt, lines: string): string {
  const where = `in ${shortId(commit)}`;
  if (how === 'gone') {
    return `the sidecar ${printable(sidecarPath(path))} was removed ${where}, although the marked text is still there (lines ${lines})`;
  }
  if (how === 'unfit') {
    return `the sidecar was changed by hand ${where}: it does not fit its text, and lacks the marks of lines ${lines}`;
  }
  if (instead !== null) {
    return `the sidecar was changed by hand ${where}: it gives lines ${lines} to contribution ${instead} instead of ${label}, although their text did not change`;
  }
  if (isDeletion) {
    return `the mark of lines that AI removed above line ${lines} was itself removed ${where}, although nothing there was changed`;
  }
  return `the marks of lines ${lines} were removed ${where}, although the text is still there`;
}

function remedyOf(path: string, { commit }: Debt, { rules }: PathRules, place: string): string {
  const restore = `Bring the sidecar back as it was before: git checkout ${shortId(commit)}~1 -- ${printable(sidecarPath(path))}`;
  if (rules.some(({ unmark }) => unmark === 'never')) return `${restore}`;
  const signed = rules.some(({ unmark }) => unmark === 'sign-off');
  return `${restore}; if this is no AI code, then run: taggant unmark ${place} --why "…"${
    signed ? ' (the rule wants that signed by somebody who may sign the code off)' : ''
  }`;
}

function shortId(commit: string): string {
  return commit.slice(0, 10);
}

/** What a range did to the files that must never change: statements and contributions. */
export interface RecordContext {
  readonly policy: Policy;
  readonly day: string;
  readonly objects: ObjectReader;
  /** A file at the end of the range; null when it is not there. */
  readonly fileAt: (path: string) => Promise<MarkedText | null>;
  /** The files with marks that the range changed, and all that have some. */
  readonly changed: readonly string[];
  readonly marked: () => Promise<readonly string[]>;
}

/**
 * A finding for each statement that was changed, or removed although the text it speaks of is still there, and for each
 * contribution that was changed, or removed although a sidecar still names it. What a revert takes away is none.
 */
export async function recordFindings(
  steps: readonly Step[],
  changes: readonly FileChange[],
  context: RecordContext,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [path, { first, last }] of alteredRecords(steps, changes)) {
    const [before, after] = await Promise.all([
      contentOf(context.objects, first),
      contentOf(context.objects, last),
    ]);
    if (before === null || before === after) continue;
    const about = path.startsWith(`${STATEMENTS_FOLDER}/`)
      ? await aboutStatement(path, before, after, context)
      : await aboutContribution(path, before, after, context);
    if (!about) continue;
    const held = about.paths.map((one) => rulesOfPath(context.policy, one, context.day));
    const strictest = held.find(({ enforcement }) => enforcement === 'block') ?? held[0];
    findings.push({
      kind: 'record-altered',
      path,
      ...{ startLine: 0, endLine: 1, start: 0, end: 0, label: '', labels: [] },
      rule: strictest?.rule ?? GUARDRAILS_RULE,
      enforcement: strictest?.enforcement ?? 'warn',
      message: about.message,
      remedy: `What people said is never changed afterwards. Bring the file back as it was: git checkout BASE -- ${printable(path)}`,
    });
  }
  return findings;
}

/** Records that existed and were changed or removed: their first and last content (object names; null: removed). */
function alteredRecords(
  steps: readonly Step[],
  changes: readonly FileChange[],
): Map<string, { first: string; last: string | null }> {
  const altered = new Map<string, { first: string; last: string | null }>();
  const last = new Map<string, string | null>();
  const isRecord = (path: string) =>
    path.endsWith('.json') &&
    [STATEMENTS_FOLDER, CONTRIBUTIONS_FOLDER].some((folder) => path.startsWith(`${folder}/`));
  const note = ({ path, previousPath, before, after }: FileChange): void => {
    if (isRecord(path)) last.set(path, after);
    if (path !== previousPath && isRecord(previousPath)) last.set(previousPath, null);
    if (isRecord(previousPath) && before !== null && !altered.has(previousPath)) {
      altered.set(previousPath, { first: before, last: null });
    }
  };
  for (const { parents } of steps) {
    // A merge alters what no parent has as it makes it; what it takes from one of them is not its doing.
    const [first, ...others] = parents;
    const isIn = (parent: (typeof parents)[number], path: string) =>
      parent.changes.some((change) => change.path === path || change.previousPath === path);
    for (const change of first?.changes ?? []) {
      if (others.every((other) => isIn(other, change.path))) note(change);
      else if (isRecord(change.path)) last.set(change.path, change.after);
    }
  }
  for (const change of changes) note(change);
  return new Map([...altered].map(([path, { first }]) => [path, { first, last: last.get(path) ?? null }]));
}

async function contentOf(objects: ObjectReader, id: string | null): Promise<string | null> {
  return id === null ? null : ((await objects.read(id))?.content?.toString('utf8') ?? null);
}

interface About {
  readonly message: string;
  /** The files whose rules decide how much this counts. */
  readonly paths: readonly string[];
}

async function aboutStatement(
  path: string,
  before: string,
  after: string | null,
  context: RecordContext,
): Promise<About | null> {
  const uuid = path.slice(STATEMENTS_FOLDER.length + 1, -'.json'.length);
  const statement = parseStatement(before, uuid);
  if ('problem' in statement || path !== statementPath(uuid)) return null;
  const paths = [...new Set(statement.files.map((file) => file.path))];
  const kind = statement.signature === undefined ? statement.kind : `signed ${statement.kind}`;
  const what = `the ${kind} by ${printable(statement.who)} of ${statement.time.slice(0, 10)}`;
  if (after !== null) return { message: `${what} was changed afterwards`, paths };
  if (!(await isStillNeeded(statement, [...paths, ...context.changed], context))) return null;
  return { message: `${what} was removed, although its text is still there`, paths };
}

/** Most files that the text of a removed record is looked for in. */
const MAX_LOOKED_THROUGH = 5000;

/** True when the text that a statement speaks of is still there: marked, or, where somebody declared it theirs, not. */
async function isStillNeeded(
  statement: Statement,
  paths: readonly string[],
  { fileAt }: RecordContext,
): Promise<boolean> {
  const index = indexStatements([statement]);
  const stands = (path: string, text: string, marks: Marks) => {
    const { spans, deletions } = matchFile({ path, text, marks }, index);
    return [...spans, ...deletions].some(({ statements }) => (statements?.length ?? 0) > 0);
  };
  for (const path of new Set(paths.slice(0, MAX_LOOKED_THROUGH))) {
    const file = await fileAt(path);
    if (!file || file.text === '') continue;
    if (statement.kind !== 'declare') {
      if (stands(path, file.text, file.marks)) return true;
      continue;
    }
    // The declared text has no marks any more: whole lines are found as if they had them.
    const whole = [...index.labels].some((label) =>
      stands(path, file.text, { spans: [{ start: 0, end: file.text.length, label }], deletions: [] }),
    );
    if (whole && !stands(path, file.text, file.marks)) return true;
  }
  return false;
}

async function aboutContribution(
  path: string,
  before: string,
  after: string | null,
  context: RecordContext,
): Promise<About | null> {
  const id = path.slice(CONTRIBUTIONS_FOLDER.length + 1, -'.json'.length);
  if (path !== contributionPath(id) || parseContribution(before, id) === null) return null;
  const paths: string[] = [];
  for (const one of (await context.marked()).slice(0, MAX_LOOKED_THROUGH)) {
    const file = await context.fileAt(one);
    if (file && names(file.marks, id)) paths.push(one);
  }
  if (after !== null) return { message: `the record of contribution ${id} was changed afterwards`, paths };
  return paths.length === 0
    ? null
    : { message: `the record of contribution ${id} was removed, although sidecars still name it`, paths };
}

function names({ spans, deletions }: Marks, id: Label): boolean {
  return spans.some(({ label }) => label === id) || deletions.some(({ label }) => label === id);
}

/** Whether text that one contribution brought may be another's without being changed: not when that changes whose it is. */
export function isForgedAuthor(from: Contribution | null, to: Contribution | null): boolean {
  return from !== null && from.author !== to?.author;
}
