/**
 * What git does to files under an open editor: real commits, branches, stashes and merges, with the sidecars beside the
 * text. The truth is what was known of each character when it was committed or put away, for the marks come from the tree.
 */
import { type Contribution, contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, sidecarPath } from '../../src/core/layout';
import { joinSpans, type Label } from '../../src/core/marks';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { isStill, type Recorded, recordedOf, type State } from './branches';
import { blurLineBreaks } from './byTool';
import { type Character, charactersOf, HUMAN, type Source, textOf } from './characters';
import { type Desk, pick } from './desk';
import type { GitAtHand } from './host';
import type { Operation } from './operations';
import { type Change, difference, linesOf, type Page, type Text } from './page';

const COLLEAGUE = 'Bob <bob@example.com>';
const THEIRS: Contribution = {
  author: COLLEAGUE,
  day: '2026-01-14',
  evidence: 'exact',
  tool: 'corp.next',
};

/** All that is on disk is committed. */
export async function commit(desk: Desk): Promise<void> {
  const { git } = desk;
  if (!git) return;
  await committed(desk, git);
  await git.told(desk.pages);
  await desk.pass(300);
}

async function committed(desk: Desk, git: GitAtHand): Promise<State> {
  await desk.flush(git);
  run(git, ['add', '-A']);
  run(git, ['commit', '-q', '--no-verify', '--allow-empty', '-m', 'A commit']);
  const { branches } = desk;
  branches.previous = branches.head;
  branches.head = onDisk(desk);
  return branches.head;
}

/** Goes to a branch on which somebody else has changed a file, or back. */
export async function switchBranch(desk: Desk, page: Page, operation: Operation): Promise<void> {
  const { branches } = desk;
  const { git } = desk;
  if (!git) return;
  const here = await committed(desk, git);
  if (branches.other) {
    run(git, ['checkout', '-q', '-']);
  } else {
    const name = `side-${desk.name}`;
    const text = changedBySomebody(desk, page, operation);
    commitOf(git, name, 'HEAD', page, here.get(page)!.text, text);
    run(git, ['checkout', '-q', name]);
    branches.other = new Map(here).set(page, merged(here.get(page)!, text));
  }
  const there = branches.other;
  [branches.head, branches.other, branches.previous] = [there, here, null];
  await written(desk, git, there, operation);
}

/** Puts away what is on disk and not committed. */
export async function stash(desk: Desk, _page: Page, operation: Operation): Promise<void> {
  const { branches } = desk;
  const { git } = desk;
  const { head } = branches;
  if (!git || branches.stash || !head) return;
  await desk.flush(git);
  const state = onDisk(desk);
  if (areSame(state, head)) return;
  run(git, ['stash', 'push', '-q', '--include-untracked']);
  branches.stash = { state, head };
  await written(desk, git, head, operation);
}

/** Brings back what was put away, where nothing else happened to the files since. */
export async function pop(desk: Desk, _page: Page, operation: Operation): Promise<void> {
  const { branches } = desk;
  const { git } = desk;
  if (!git || !branches.stash) return;
  const { state, head } = branches.stash;
  await desk.flush(git);
  const isAsThen = branches.head === head && areSame(onDisk(desk), head);
  branches.stash = null;
  if (!isAsThen) {
    run(git, ['stash', 'drop', '-q']);
    return;
  }
  run(git, ['stash', 'pop', '-q']);
  await written(desk, git, state, operation);
}

/** Takes over what somebody else committed on top of this commit, or beside it. */
export async function pull(desk: Desk, page: Page, operation: Operation): Promise<void> {
  const { branches } = desk;
  const { git } = desk;
  if (!git || desk.isFull(page)) return;
  const ours = await committed(desk, git);
  const isBeside = operation.v % 3 > 0;
  const base = (isBeside ? branches.previous : ours)?.get(page);
  const name = `theirs-${desk.name}-${branches.pulled++}`;
  if (!base) return;
  const block = blockOf(desk, operation);
  const lines = linesOf(base.text);
  const { start } = pick(lines, operation.a)!;
  const theirs = [...base.text.slice(0, start), ...block, ...base.text.slice(start)];
  commitOf(git, name, isBeside ? 'HEAD~1' : 'HEAD', page, base.text, theirs);
  const { status } = git.run(['merge', '-q', '-m', 'A merge', name]);
  if (status !== 0) {
    // Both changed the same lines.
    run(git, ['merge', '--abort']);
    return;
  }
  const text = withBlock(page, git.read(page.path)!, block);
  branches.previous = null;
  branches.head = new Map(ours).set(page, merged(ours.get(page)!, text));
  await written(desk, git, branches.head, operation);
}

/** Where git put the lines of one side into the text of the other. */
function withBlock(page: Page, text: string, block: Text): Text {
  const at = text.indexOf(textOf(block));
  const result = [...page.disk.slice(0, at), ...block, ...page.disk.slice(at)];
  if (at < 0 || textOf(result) !== text) throw new Error(`Git merged otherwise: ${JSON.stringify(text)}`);
  return result;
}

/** Of the lines that came nothing else is known than of the rest. */
function merged(ours: Recorded, text: Text): Recorded {
  const sources = new Map(ours.text.map((character, i) => [character, ours.sources[i]!]));
  return { text, sources: text.map((character) => sources.get(character) ?? { ...character.source }) };
}

function onDisk(desk: Desk): State {
  return new Map(desk.pages.map((page) => [page, recordedOf(page)]));
}

function areSame(state: State, other: State): boolean {
  return [...state].every(([page, { text }]) => textOf(text) === textOf(other.get(page)?.text ?? []));
}

/** The working tree has another state: what is open and saved is read again, the rest stays as it is. */
async function written(desk: Desk, git: GitAtHand, state: State, { n, v }: Operation): Promise<void> {
  if (v % 2 === 0) await git.told(desk.pages);
  for (const [page, target] of state) {
    if (page.isDirty) {
      // A report that comes later speaks of the text in the editor: of the file below, git alone says something.
      desk.unreported = desk.unreported.filter(
        ({ source }) => !target.text.some((one) => one.source === source),
      );
      page.writtenBelow(target.text.map((character, i) => asThen(character, target.sources[i]!)));
    } else readAgain(desk, page, target, n % 2 === 0 ? 'minimal' : 'one');
  }
  await desk.pass(200);
  for (const page of desk.pages) if (!page.isDirty) desk.signals.fromDisk(page);
  if (v % 2 === 1) await git.told(desk.pages);
  await desk.pass(300);
  for (const page of desk.pages) blurLineBreaks(page);
}

function readAgain(desk: Desk, page: Page, { text, sources }: Recorded, shape: 'minimal' | 'one'): void {
  text.forEach((character, i) => {
    if (!isStill(character, sources[i]!)) character.source = sources[i]!;
  });
  let shift = 0;
  const changes = difference(page.text, text, shape).map((edit): Change => {
    const { start, end } = edit;
    const put = text.slice(start + shift, start + shift + edit.text.length);
    shift += edit.text.length - (end - start);
    return { start, end, put };
  });
  if (changes.length === 0) return;
  const edits = page.change(changes);
  page.saved();
  desk.tell(page, edits, { reason: { source: 'reloadFromDisk', metadata: {} } });
}

/** Of what is open and not saved more may be known than of the file below. */
function asThen(character: Character, source: Source): Character {
  return isStill(character, source) ? character : { ...character, source };
}

/** Some lines gone, some of an AI's and of a person's added. */
function changedBySomebody(desk: Desk, page: Page, { a, n, v }: Operation): Text {
  const text = page.disk;
  const put: Character[] = [];
  linesOf(text).forEach(({ start, end }, i) => {
    const chance = (i * 7 + a) % 9;
    const isLast = end === text.length;
    if (chance === 0 && !isLast) return;
    if (i === 0 || (chance === 1 && !desk.isFull(page)))
      put.push(...lines(desk, THEIR_TOOL, 1 + (n % 3), v + i));
    if (chance === 2 && !desk.isFull(page)) put.push(...lines(desk, HUMAN, 1 + (n % 2), v + i));
    put.push(...text.slice(start, end + 1));
  });
  return put;
}

const THEIR_TOOL: Source = { kind: 'ai', tool: THEIRS.tool! };

function lines(desk: Desk, source: Source, count: number, style: number): Character[] {
  // The first line says a word, and so do both ends of it: a comment.
  return charactersOf(`${desk.ink.code(1, 2)}\n${desk.ink.code(count, style)}\n`, source);
}

function blockOf(desk: Desk, { n, v }: Operation): Text {
  return [...lines(desk, THEIR_TOOL, 1 + (n % 3), v), ...lines(desk, n % 2 === 0 ? HUMAN : THEIR_TOOL, 1, n)];
}

/** A commit by somebody whose editor follows marks, on a new branch. */
function commitOf(git: GitAtHand, branch: string, from: string, page: Page, base: Text, text: Text): void {
  const sidecar = sidecarPath(page.path);
  const before = git.run(['show', `${from}:${sidecar}`]);
  const known = labelsOf(base, before.status === 0 ? before.stdout : null);
  const id = contributionId(THEIRS);
  const spans = text.flatMap((character, start) => {
    const isTheirs = character.source === THEIR_TOOL && !known.has(character) && !base.includes(character);
    const label = isTheirs ? id : known.get(character);
    return label === undefined ? [] : [{ start, end: start + 1, label }];
  });
  const shadow = serialiseSidecar(textOf(text), { spans: joinSpans(spans), deletions: [] });
  const file = (path: string, content: string) => `M 100644 inline ${path}\n${data(content)}`;
  const input = [
    `commit refs/heads/${branch}\ncommitter ${COLLEAGUE} 1768400000 +0000\n${data('Their change')}from ${from}^0\n`,
    file(page.path, textOf(text)),
    shadow === null ? `D ${sidecar}\n` : file(sidecar, shadow),
    file(contributionPath(id), `${contributionJson(THEIRS)}\n`),
  ];
  run(git, ['fast-import', '--quiet'], input.join(''));
}

function data(content: string): string {
  return `data ${Buffer.byteLength(content)}\n${content}\n`;
}

function labelsOf(base: Text, sidecar: string | null): Map<Character, Label> {
  const labels = new Map<Character, Label>();
  if (sidecar === null) return labels;
  const marks = readSidecar(parseSidecar(sidecar), textOf(base));
  if (!marks)
    throw new Error(
      `A sidecar does not describe what was committed with it: ${JSON.stringify(textOf(base))}`,
    );
  for (const { start, end, label } of marks.spans) {
    for (let i = start; i < end; i++) labels.set(base[i]!, label);
  }
  return labels;
}

function run(git: GitAtHand, args: readonly string[], input?: string): void {
  const { status } = git.run(args, input);
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}`);
}
