import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { reviewedFile } from '../core/review';
import { count, lineRange, printable } from '../core/wording';
import type { Work } from '../core/workItems';
import type { Repositories } from '../engine/repositories';
import type { RepositoryState } from '../engine/repositoryState';
import type { ReviewedText } from '../engine/review';
import { planSignOff, type SignOffPlan, signOff as signPlan } from '../engine/signOff';
import type { Report, SignOffParams, SignOffPlace, SignOffResult, SignOffTarget } from '../protocol';
import { Problem } from '../repo/problem';
import { signingKey } from '../repo/sshKeys';
import type { Documents } from './documents';
import { type FileText, fileText, judgedFile, reviewedText, touches } from './fileText';
import type { FileWork, WorkFinder } from './work';

/** What a sign-off needs of the server around it. */
export interface SignOffHost {
  readonly repositories: Repositories;
  readonly documents: Documents;
  readonly work: WorkFinder;
}

/** Signs text off, or says what would be signed; why something is not signed is one sentence each. */
export async function signOff(params: SignOffParams, host: SignOffHost): Promise<SignOffResult> {
  try {
    const found = await filesOf(params.target, host);
    if ('reason' in found) return refused(found.reason);
    const { state } = found;
    const { selections, refusals } = selectionsOf(found.files, params);
    if (selections.length === 0) return { places: [], refusals, digest: '' };
    const by = { who: state.author, time: new Date(), ...(params.why ? { why: params.why } : {}) };
    const key = await signingKey(state.repo);
    const plan = await planSignOff(state.repo, selections, by, key);
    const digest = digestOf(plan.texts);
    const result = {
      places: placesOf(plan, found.files),
      refusals: [...refusals, ...plan.refusals],
      digest,
    };
    if (params.dryRun || plan.places.length === 0) return result;
    if (params.expected !== undefined && params.expected !== digest) {
      return refused('The code changed while you were asked: look at it again, then sign it off.');
    }
    await signPlan(state.repo, plan, by, key);
    return result;
  } catch (error) {
    if (error instanceof Problem) return refused(error.message);
    throw error;
  }
}

function refused(reason: string): SignOffResult {
  return { places: [], refusals: [reason], digest: '' };
}

interface FileToSign extends FileWork {
  /** Text that no rule asks about and nobody has reviewed: whoever points at it may sign it, too. */
  readonly others: readonly TextRange[];
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

async function filesOf(
  target: SignOffTarget,
  { repositories, documents, work }: SignOffHost,
): Promise<{ state: RepositoryState; files: FileToSign[] } | { reason: string }> {
  if (target.kind === 'change') {
    const state = await repositories.ofFolder(fileURLToPath(target.rootUri));
    const isWanted = ({ action, finding }: Work) =>
      action === 'sign' && (target.rule === undefined || finding.rule === target.rule);
    const files = await work.ofRepository(state);
    const wanted = files.map((file) => ({ ...file, work: file.work.filter(isWanted), others: [] }));
    return { state, files: wanted.filter((file) => file.work.length > 0) };
  }
  const file = await fileText(target.uri, documents, repositories);
  if ('reason' in file) return { reason: `Not signed: ${file.reason}` };
  const { state, document } = file;
  if (state.restricted) return { reason: 'Trust this workspace first: a sign-off runs ssh-keygen.' };
  if (!state.isSetUp) return { reason: 'Set this repository up first: sign-offs are kept with the code.' };
  const isTouched = (part: TextRange) => touches(document, part, target.ranges);
  const others = judgedFile(file).spans.filter((span) => span.review === 'unreviewed' && isTouched(span));
  const found = work.ofFile(file).filter(({ finding }) => isTouched(finding));
  return { state, files: [{ file, work: found, others }] };
}

/** The text to sign of each file, and why some is left out before its signature is even thought of. */
function selectionsOf(
  files: readonly FileToSign[],
  { reports = [] }: SignOffParams,
): { selections: ReviewedText[]; refusals: string[] } {
  const refusals = new Set<string>();
  const selections: ReviewedText[] = [];
  for (const { file, work, others } of files) {
    const asked = work.filter(({ action }) => action !== 'note');
    const blocked: TextRange[] = [];
    for (const one of asked) {
      const refusal = one.refusal ?? reportedErrors(file, one, reports);
      if (refusal === null) continue;
      refusals.add(refusal);
      blocked.push(one.finding);
    }
    // A signature covers the lines for every rule: what one of them refuses is not signed by way of another.
    const ranges = [...asked.map(({ finding }) => finding), ...others].filter((range) =>
      blocked.every((other) => !overlap(range, other)),
    );
    if (ranges.length > 0) selections.push(reviewedText(file, ranges));
  }
  return { selections, refusals: [...refusals] };
}

/** An empty range (lines were removed there) is as long as one character. */
function overlap(a: TextRange, b: TextRange): boolean {
  return a.start < Math.max(b.end, b.start + 1) && b.start < Math.max(a.end, a.start + 1);
}

/** Another tool's errors in the text keep it from being signed, where the rule says so. */
function reportedErrors(
  { uri, path, document }: FileText,
  { finding, rule }: Work,
  reports: readonly Report[],
): string | null {
  if (rule?.diagnostics !== 'block-sign-off') return null;
  const inside = reports.filter(
    (report) =>
      report.uri === uri && report.severity === 'error' && touches(document, finding, [report.range]),
  );
  const [first] = inside;
  if (!first) return null;
  const line = first.range.start.line;
  const place = `${printable(path)}:${lineRange(line, line + 1)}`;
  return `${printable(first.source)} reports ${count(inside.length, 'error')} in this AI code (${place}), and the rule "${printable(rule.name)}" wants none before a sign-off.`;
}

function placesOf({ places }: SignOffPlan, files: readonly FileToSign[]): SignOffPlace[] {
  return places.flatMap(({ path, startLine, endLine, labels, rules }) => {
    const file = files.find((one) => one.file.path === path)?.file;
    if (!file) return [];
    const authors = labels.map((label) => file.state.contribution(label)?.author);
    const last = endLine - 1;
    return {
      ...{ uri: file.uri, path, lines: endLine - startLine, rules: [...rules] },
      authors: [...new Set(authors.filter((author) => author !== undefined))],
      range: { start: { line: startLine, character: 0 }, end: { line: last, character: 0 } },
    };
  });
}

/** Of exactly the text that is signed. */
function digestOf(texts: readonly ReviewedText[]): string {
  const files = texts.map(({ path, text, marks, ranges }) => reviewedFile(path, text, marks, ranges));
  return createHash('sha256').update(JSON.stringify(files)).digest('base64url');
}
