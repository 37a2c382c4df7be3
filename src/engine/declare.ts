import { declaringCommit } from '../core/agentTrailers';
import {
  CONTRIBUTION_ID_LENGTH,
  type Contribution,
  contributionId,
  contributionJson,
} from '../core/contribution';
import { contributionPath, sidecarPath, VERSION_PATH } from '../core/layout';
import { isUnknownOrigin, joinSpans, type Label, type Marks, type Span } from '../core/marks';
import { serialiseSidecar } from '../core/sidecar';
import { outside } from '../core/spanSets';
import { removeInside, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { Problem } from '../repo/problem';
import { keepSavedSidecar } from '../repo/savedSidecars';
import { workingTree } from '../repo/tree';
import { loadNamedContributions, parseContribution } from './knowledge';
import type { MarkedFile } from './markedFile';

/** A run of text, UTF-16 offsets, end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** @throws Problem when the repository has not been set up: Taggant writes nothing into its tree then */
export async function requireSetUp(repo: Repository): Promise<void> {
  if ((await workingTree(repo).read(VERSION_PATH)) !== null) return;
  throw new Problem('usage', 'This repository is not set up for Taggant yet. Run "taggant init" first.');
}

/** What a declaration changed. */
export interface Declared {
  /** UTF-16 code units whose label is another now. */
  readonly characters: number;
  /** Marks of removed text that are gone. */
  readonly deletions: number;
}

/**
 * A person says what part of a file of the working tree is: a contribution's text, or (null) none. Writes the
 * contribution and the sidecar. That AI wrote text changes nothing where that is known already ({@link declarable}).
 */
export async function declareText(
  repo: Repository,
  file: MarkedFile,
  range: TextRange,
  contribution: Contribution | null,
): Promise<Declared> {
  await requireSetUp(repo);
  const { spans, deletions } = file.marks;
  let label: Label | null = null;
  let parts: readonly TextRange[] = [range];
  if (contribution) {
    const named = await loadNamedContributions(
      workingTree(repo),
      spans.map((span) => span.label),
    );
    parts = declarable(file.text, spans, range, contribution.author, (id) => named.get(id));
    if (parts.length === 0) return { characters: 0, deletions: 0 };
    label = await addContribution(repo, contribution);
  }
  let { marks } = file;
  let characters = 0;
  for (const part of parts) {
    characters += changedCharacters(spans, part, label);
    marks = relabel(marks, part, label);
  }
  const sidecar = serialiseSidecar(file.text, marks);
  if (sidecar === null) await removeInside(repo.root, sidecarPath(file.path));
  else await writeInside(repo.root, sidecarPath(file.path), sidecar);
  await keepSavedSidecar(repo, file.path, file.text, sidecar);
  return { characters, deletions: deletions.length - marks.deletions.length };
}

/**
 * The parts of a range that become AI text when a person says so: what has no mark, what is of unknown origin, and what the
 * same person declared before, perhaps of another tool. What was observed, or another person said, stays as it is.
 */
export function declarable(
  text: string,
  spans: readonly Span[],
  { start, end }: TextRange,
  author: string,
  contributionOf: (label: Label) => Contribution | undefined,
): readonly TextRange[] {
  const stays = spans.filter(({ label }) => {
    if (isUnknownOrigin(label)) return false;
    const known = contributionOf(label);
    return known?.evidence !== 'declared' || known.author !== author || declaringCommit(known) !== null;
  });
  return outside([{ start, end, label: '' }], stays).filter((part) => !isLineEnd(text, part));
}

/** The end of a line that has text carries no mark. */
function isLineEnd(text: string, { start, end }: TextRange): boolean {
  return /^\r?\n$/.test(text.slice(start, end)) && start > 0 && text[start - 1] !== '\n';
}

/** Writes a contribution's file and answers its id, longer than usual where another has the short one. */
export async function addContribution(repo: Repository, contribution: Contribution): Promise<Label> {
  const tree = workingTree(repo);
  const json = contributionJson(contribution);
  for (let length = CONTRIBUTION_ID_LENGTH; ; length++) {
    const id = contributionId(contribution, length);
    const there = await tree.read(contributionPath(id));
    const other = there && parseContribution(there.toString('utf8'), id);
    if (other && contributionJson(other) !== json) continue;
    if (!other) await writeInside(repo.root, contributionPath(id), `${json}\n`);
    return id;
  }
}

/** The marks with [start, end) given to one label, or to none; deletions in an unlabelled part go too. */
export function relabel(marks: Marks, { start, end }: TextRange, label: Label | null): Marks {
  const spans: Span[] = [];
  for (const span of marks.spans) {
    if (span.start < start) spans.push({ ...span, end: Math.min(span.end, start) });
    if (span.end > end) spans.push({ ...span, start: Math.max(span.start, end) });
  }
  if (label !== null) spans.push({ start, end, label });
  spans.sort((a, b) => a.start - b.start);
  const isKept = (offset: number) => label !== null || offset < start || offset >= end;
  return { spans: joinSpans(spans), deletions: marks.deletions.filter(({ offset }) => isKept(offset)) };
}

function changedCharacters(spans: readonly Span[], { start, end }: TextRange, label: Label | null): number {
  let same = 0;
  let labelled = 0;
  for (const span of spans) {
    const shared = Math.max(0, Math.min(span.end, end) - Math.max(span.start, start));
    labelled += shared;
    if (span.label === label) same += shared;
  }
  return label === null ? labelled : end - start - same;
}
