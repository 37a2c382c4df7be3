/** Applies the rules of the policy to the marked text of one file: what is reviewed or signed off, and what it lacks. */
import { type Codeowners, ownersOf } from './codeowners';
import type { Contribution } from './contribution';
import type { Finding } from './findings';
import { messageOf, rejectedTexts, remedyOf } from './findingTexts';
import { type Lines, lineAt, splitLines } from './lines';
import type { Marks } from './marks';
import { activeRulesFor, type Policy } from './policy';
import { addToRegion, coversItsLine, type Region, touching } from './regions';
import { matchFile, type ReviewedSpan, type StatedFile, type StatementIndex } from './review';
import type { ReviewedDeletion } from './reviewDeletions';
import type { Signatures } from './signatures';
import { inside, outside } from './spanSets';
import type { Statement } from './statements';
import { judgeFor, type Lack, type LackKind } from './verdicts';

/** A file as it is judged. `path` is `/`-separated, from the repository's root; marks are of this very text. */
export interface JudgedText {
  readonly path: string;
  readonly text: string;
  readonly marks: Marks;
  /** Of the marks, those that were there before the change that is judged: there are no findings about them. */
  readonly inherited?: Marks;
}

/** What texts are judged by, the same for all files of a repository's state. */
export interface Judgement {
  readonly policy: Policy;
  /** Today in UTC, `YYYY-MM-DD`, and the time in UTC, `2025-01-31T12:00:00Z`. */
  readonly day: string;
  readonly now: string;
  readonly codeowners: Codeowners | null;
  /** A signed statement that is not in it does not count. */
  readonly signatures: Signatures;
  readonly contributions: Pick<ReadonlyMap<string, Contribution>, 'get'>;
  /** All names that the allowed signers have for the person with an e-mail address; default: none. */
  readonly principalsOf?: (email: string) => readonly string[];
}

/** A span with its state, and the statements that speak of it (all kinds, whether they count or not). */
export interface JudgedSpan extends ReviewedSpan {
  readonly statements: readonly Statement[];
}

/** A deletion mark with its state, and the statements that speak of it. */
export interface JudgedDeletion extends ReviewedDeletion {
  readonly statements: readonly Statement[];
}

export interface JudgedFile {
  /** Split by line where the statements differ. */
  readonly spans: JudgedSpan[];
  /** In the order of the text; each label once above a line. */
  readonly deletions: JudgedDeletion[];
  /**
   * For each rule that holds for the file today, one finding for each contiguous region of text that lacks the same. In
   * the order of the text, then of the rules. With a clearance where somebody let it pass.
   */
  readonly findings: Finding[];
  /** How many regions lack something too, but were there before the change; left out where that is not known. */
  readonly inherited?: number;
}

/** Judges a file by the statements of an index (`indexStatements`). Reads no clock and checks no signature itself. */
export function judgeFile(file: JudgedText, index: StatementIndex, judgement: Judgement): JudgedFile {
  return judgeStated(file, matchFile(file, index), judgement);
}

/** The signed reviews that speak of a file's text: those whose signatures have to be checked before it is judged. */
export function signedReviews(stated: StatedFile): Statement[] {
  const signed = new Set<Statement>();
  const lists = new Set(
    [...stated.spans, ...stated.deletions].map(({ statements }) => statements ?? NO_STATEMENTS),
  );
  for (const list of lists) {
    for (const one of list) if (one.kind === 'review' && one.signature !== undefined) signed.add(one);
  }
  return [...signed];
}

/** {@link judgeFile} for a file that has been matched with the statements already. */
export function judgeStated(file: JudgedText, stated: StatedFile, judgement: Judgement): JudgedFile {
  const { path, text } = file;
  const { policy, day, now, codeowners, signatures, contributions } = judgement;
  const rules = activeRulesFor(policy, path, day);
  const judge = judgeFor({
    ...{ policy, rules, signatures, now, contributions, outdated: stated.outdated },
    owners: codeowners ? ownersOf(codeowners, path) : [],
    principalsOf: judgement.principalsOf ?? (() => []),
  });
  const lines = splitLines(text);
  const found = new Regions(text, lines);
  const before = file.inherited ? { ...file.inherited, regions: new Regions(text, lines) } : null;
  const spans: JudgedSpan[] = [];
  for (const { statements, ...span } of stated.spans) {
    if (statements === null) {
      // Whitespace on its own says nothing that could be reviewed.
      spans.push({ ...span, review: 'reviewed', statements: NO_STATEMENTS });
      continue;
    }
    const { review, lacks } = judge('text', span.label, statements);
    spans.push({ ...span, review, statements });
    if (lacks.length === 0) continue;
    const old = before ? touching(before.spans, span) : [];
    const parts = old.length === 0 ? [span] : outside([span], old);
    for (const lack of lacks) {
      for (const part of parts) found.add(part, lack);
      for (const part of inside([span], old)) before?.regions.add(part, lack);
    }
  }
  const known = new Set(before?.deletions.map(({ offset, label }) => `${offset} ${label}`));
  const deletions = stated.deletions.map((deletion) => {
    const { offset, label, statements } = deletion;
    const { review, lacks } = judge('deletion', label, statements);
    const regions = before && known.has(`${offset} ${label}`) ? before.regions : found;
    for (const lack of lacks) regions.add({ start: offset, end: offset, label }, lack);
    return { ...deletion, review };
  });
  const inherited = before ? { inherited: before.regions.count } : {};
  return { spans, deletions, findings: found.findings(path, stated.spans), ...inherited };
}

const NO_STATEMENTS: readonly Statement[] = [];

interface LackingRegion {
  readonly region: Region;
  readonly lack: Lack;
  readonly rejected: Set<string>;
}

/** The regions of one text, by what they lack. */
class Regions {
  readonly #all: LackingRegion[] = [];
  /** The last region of each kind of lack. */
  readonly #last = new Map<string, LackingRegion>();

  constructor(
    private readonly text: string,
    private readonly lines: Lines,
  ) {}

  /** Pieces come in the order of the text, those of one kind of lack at least. */
  add(piece: { start: number; end: number; label: string }, lack: Lack): void {
    const { order, kind, signed, clearance } = lack;
    const key = `${order} ${kind} ${signed} ${clearance ? clearance.by.uuid : ''}`;
    const last = this.#last.get(key);
    const region =
      kind === 'deletion'
        ? this.#addDeletion(last?.region, piece)
        : addToRegion(this.text, this.lines, last?.region, piece);
    if (last?.region === region) {
      for (const sentence of lack.rejected) last.rejected.add(sentence);
      return;
    }
    const added = { region, lack, rejected: new Set(lack.rejected) };
    this.#last.set(key, added);
    this.#all.push(added);
  }

  /** Deletions above one line are one. */
  #addDeletion(last: Region | undefined, { start, label }: { start: number; label: string }): Region {
    const line = Math.max(0, lineAt(this.lines, start));
    if (last?.startLine !== line) {
      return { startLine: line, endLine: line + 1, start, end: start, labels: [label] };
    }
    if (!last.labels.includes(label)) last.labels.push(label);
    return last;
  }

  get count(): number {
    return this.#all.length;
  }

  findings(path: string, spans: StatedFile['spans']): Finding[] {
    const sorted = this.#all.toSorted(
      (a, b) =>
        a.region.start - b.region.start ||
        a.lack.order - b.lack.order ||
        KINDS[a.lack.kind] - KINDS[b.lack.kind],
    );
    return sorted.map(({ region, lack, rejected }) => {
      const { startLine, endLine, start, end, labels } = region;
      const { rule, kind, enforcement, clearance } = lack;
      const canRequest = rule.signOff !== null && kind !== 'note-missing' && !clearance;
      const canOverride = rule.override === 'with-reason' && clearance?.kind !== 'overridden';
      const sentences = rejectedTexts(rejected);
      return {
        kind,
        ...(clearance ? { clearance: clearance.kind } : {}),
        ...(canRequest ? { canRequest } : {}),
        ...(canOverride ? { canOverride } : {}),
        ...(sentences.length > 0 ? { rejected: sentences } : {}),
        ...{ path, startLine, endLine, start, end },
        ...{ rule: rule.name, enforcement, label: labels[0]!, labels },
        message: messageOf(region, lack, coversItsLine(this.text, this.lines, region, spans)),
        remedy: remedyOf(path, region, lack),
      };
    });
  }
}

/** The order of findings at one place. */
const KINDS: Record<LackKind, number> = {
  unreviewed: 0,
  unsigned: 1,
  'unknown-origin': 2,
  deletion: 3,
  'note-missing': 4,
};
