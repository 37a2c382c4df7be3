import type { Contribution } from '../core/contribution';
import type { Finding } from '../core/findings';
import { judgeFile } from '../core/judge';
import { type Lines, lineAt, splitLines } from '../core/lines';
import type { Label } from '../core/marks';
import type { Policy } from '../core/policy';
import { indexStatements } from '../core/review';
import type { SignatureState } from '../core/signatures';
import { shownPerson } from '../core/signOffs';
import type { Statement } from '../core/statements';
import { fileArgument, printable } from '../core/wording';
import { type Guardrails, judgementBy } from './guardrails';
import type { ReviewedText } from './review';

/** Marked lines that would be signed together. */
export interface SignOffPlace {
  readonly path: string;
  /** 0-based, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly labels: readonly Label[];
  /** The rules that ask for this sign-off, and for which it counts. */
  readonly rules: readonly string[];
}

export interface JudgedPlace {
  readonly startLine: number;
  readonly endLine: number;
  readonly labels: readonly Label[];
  /** The rules that ask for a sign-off there, and why this one would not count. */
  readonly asked: readonly { readonly rule: string; readonly refusal: string | null }[];
}

/** The pieces of a text that a statement speaks of, each with what the rules say of it. */
export function judgedPlaces(
  { path, text, marks, ranges }: ReviewedText,
  statement: Statement,
  guardrails: Guardrails & { readonly policy: Policy },
  known: { state: SignatureState; contributions: ReadonlyMap<string, Contribution>; now: Date },
): JudgedPlace[] {
  const file = { path, text, marks };
  const judgement = judgementBy(guardrails, {
    signatures: new Map([[statement.uuid, known.state]]),
    contributions: known.contributions,
    now: known.now,
  });
  const asking = new Set(
    judgement.policy.rules.filter(({ signOff: demand }) => demand).map(({ name }) => name),
  );
  const isAsked = ({ kind, rule }: Finding): boolean => kind !== 'note-missing' && asking.has(rule);
  const before = judgeFile(file, indexStatements([]), judgement).findings.filter(isAsked);
  const { spans, findings } = judgeFile(file, indexStatements([statement]), judgement);
  const left = findings.filter(isAsked);
  const beginning = `The sign-off by ${shownPerson(statement)} of ${statement.time.slice(0, 10)} does not count: `;
  const lines = splitLines(text);
  const places: JudgedPlace[] = [];
  const add = (start: number, end: number, label: Label): void => {
    const isDeletion = start === end;
    const touches = (finding: Finding): boolean =>
      (finding.kind === 'deletion') === isDeletion &&
      finding.start < Math.max(end, start + 1) &&
      Math.max(finding.end, finding.start + 1) > start;
    const asked = before.filter(touches).map(({ rule }) => {
      const sentence = left
        .filter((one) => one.rule === rule && touches(one))
        .flatMap((one) => one.rejected ?? [])[0];
      const why = sentence?.startsWith(beginning) ? sentence.slice(beginning.length) : sentence;
      return { rule, refusal: why ?? null };
    });
    const startLine = Math.max(0, lineAt(lines, start));
    const endLine = Math.max(startLine, lineAt(lines, Math.max(start, end - 1))) + 1;
    places.push({ startLine, endLine, labels: [label], asked: uniqueRules(asked) });
  };
  for (const { start, end, label, statements } of spans) {
    if (!statements.includes(statement)) continue;
    const inner = withoutOuterBlanks(text, start, end);
    if (inner.start < inner.end) add(inner.start, inner.end, label);
  }
  for (const { offset, label } of marks.deletions) {
    const from = lines.starts[Math.max(0, lineAt(lines, offset))]!;
    const to = lines.starts[Math.max(0, lineAt(lines, offset)) + 1]!;
    if (!ranges || ranges.some(({ start, end }) => start < to && end > from)) add(offset, offset, label);
  }
  return places.sort((a, b) => a.startLine - b.startLine);
}

function uniqueRules(asked: JudgedPlace['asked']): JudgedPlace['asked'] {
  return asked.filter(({ rule }, i) => asked.findIndex((one) => one.rule === rule) === i);
}

/** A span often starts with the line break before its first line. */
function withoutOuterBlanks(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}

/** Neighbours for which the same rules ask are one place. `lines` are the text's. */
export function addPlace(
  places: SignOffPlace[],
  { path, text }: ReviewedText,
  { starts }: Lines,
  { startLine, endLine, labels, rules }: JudgedPlace & { rules: readonly string[] },
): void {
  const last = places.at(-1);
  const isNext =
    last?.path === path &&
    last.rules.join('\n') === rules.join('\n') &&
    (startLine < last.endLine || text.slice(starts[last.endLine], starts[startLine]).trim() === '');
  if (!isNext) {
    places.push({ path, startLine, endLine, labels, rules });
    return;
  }
  const all = [...new Set([...last.labels, ...labels])];
  places[places.length - 1] = { ...last, endLine: Math.max(last.endLine, endLine), labels: all };
}

export function refusalText(
  path: string,
  place: JudgedPlace,
  { rule, refusal }: JudgedPlace['asked'][number],
): string {
  const where = fileArgument(path, place.startLine, place.endLine);
  return `${where} is left out: for the rule "${printable(rule)}", ${refusal!.replace(/\.$/, '')}.`;
}

/** The texts with the lines of their places alone; a file that is signed as a whole stays as it is. */
export function textsOf(texts: readonly ReviewedText[], places: readonly SignOffPlace[]): ReviewedText[] {
  return texts.flatMap((text) => {
    if (text.digest !== undefined) return [text];
    const { starts, ends } = splitLines(text.text);
    const ranges = places
      .filter(({ path }) => path === text.path)
      .map(({ startLine, endLine }) => {
        const start = starts[startLine]!;
        // An empty range would stand for the block around it.
        return { start, end: Math.max(ends[endLine - 1]!, start + 1) };
      });
    return ranges.length > 0 ? [{ ...text, ranges }] : [];
  });
}
