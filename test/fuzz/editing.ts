/** The steps of a sequence that change files: by an editor with Taggant, and behind its back. */

import { sidecarPath } from '../../src/core/layout';
import type { Edit } from '../../src/core/liveDocument';
import type { Label } from '../../src/core/marks';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { WORD } from './oracle';
import type { Random, Step } from './steps';
import { LABELS, type World } from './world';

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split(/(?<=\n)/)) {
    lines.push({ start, end: start + line.length, text: line });
    start += line.length;
  }
  return lines.filter((line) => line.text !== '');
}

function edit(text: string, start: number, end: number, inserted: string): Edit {
  return { start, end, removed: text.slice(start, end), text: inserted };
}

/** New lines, with a bracket or an empty one among them now and then, as code has them. */
function newLines(world: World, random: Random, label: Label | null, isMixed = false): string {
  let text = '';
  for (let count = 1 + random.below(4); count > 0; count--) {
    text += world.line(label, isMixed);
    if (random.chance(0.1)) text += `${random.chance(0.5) ? '  }' : ''}${world.eol}`;
  }
  return text;
}

/** A change of the kinds that people and tools make, of text that is there: where, and with what. */
function change(world: World, random: Random, text: string, label: Label | null): Edit {
  const lines = linesOf(text);
  const first = random.below(lines.length + 1);
  const line = lines[first];
  const kind = random.below(10);
  const at = line?.start ?? text.length;
  if (!line || kind < 4) return edit(text, at, at, newLines(world, random, label));
  const last = lines[Math.min(lines.length - 1, first + random.below(3))]!;
  if (kind < 6) return edit(text, line.start, last.end, newLines(world, random, label, true));
  const word = random.pick([...line.text.matchAll(WORD)]);
  if (kind < 8 && word) {
    const start = line.start + word.index;
    return edit(text, start, start + word[0].length, world.oracle.word(label, true));
  }
  if (kind === 8 && word) {
    const end = line.start + word.index + word[0].length;
    return edit(text, end, end, `, ${world.oracle.word(label, true)}`);
  }
  return edit(text, line.start, last.end, '');
}

async function changeInEditor(world: World, random: Random, label: Label | null): Promise<void> {
  const path = random.pick(world.files());
  if (path === undefined) return;
  world.log.push(`${label === null ? 'type' : 'accept'} in ${path}`);
  const edits = [change(world, random, world.read(path), label)];
  if (world.copies.has(path)) for (const { text } of edits) world.oracle.writtenInCopy(text);
  await world.edit(path, [{ edits, label }]);
}

export const accept: Step = (world, random) => changeInEditor(world, random, random.pick(LABELS)!);
export const type: Step = (world, random) => changeInEditor(world, random, null);

/** White space alone: the marks stay. */
export const indent: Step = async (world, random) => {
  const path = random.pick(world.files());
  const lines = path === undefined ? [] : linesOf(world.read(path));
  if (path === undefined || lines.length === 0) return;
  const first = random.below(lines.length);
  const chosen = lines.slice(first, first + 1 + random.below(4)).filter(({ text }) => text.trim() !== '');
  const edits = chosen.map(({ start }) => ({ start, end: start, removed: '', text: '  ' }));
  world.log.push(`indent in ${path}`);
  await world.edit(path, [{ edits, label: null }]);
};

/** Somebody edits without Taggant. Lines that this changed in part may lose their marks, no others. */
export const outside: Step = async (world, random) => {
  const path = random.pick(world.files());
  if (path === undefined) return;
  const text = world.read(path);
  const { start, end, text: inserted } = change(world, random, text, null);
  const after = text.slice(0, start) + inserted + text.slice(end);
  for (const line of linesOf(after)) if (!text.includes(line.text)) world.oracle.excuse(line.text, 'changed');
  // Of lines that git has never had there is no text to go back to, only hashes in the sidecar (docs/sidecar.md).
  const inGit = ['', 'HEAD'].map((revision) => world.tryGit(['show', `${revision}:${path}`]).out).join('');
  const known = new Set(linesOf(inGit).map((line) => line.text.trim()));
  for (const line of linesOf(text))
    if (!known.has(line.text.trim())) world.oracle.excuse(line.text, 'unknown');
  world.log.push(`edit ${path} without Taggant`);
  world.write(path, after);
};

/** Takes lines out of one file and puts them into another (or elsewhere in the same) by cut and paste in the editor. */
async function move(world: World, random: Random, from: string, to: string): Promise<void> {
  const text = world.read(from);
  const lines = linesOf(text);
  const first = random.below(lines.length);
  const moved = lines.slice(first, first + 2 + random.below(5));
  if (moved.length === 0) return;
  const [start, end] = [moved[0]!.start, moved[moved.length - 1]!.end];
  const cut = text.slice(start, end);
  const target = from === to ? text.slice(0, start) + text.slice(end) : world.has(to) ? world.read(to) : '';
  const at = random.pick([0, ...linesOf(target).map((line) => line.end)])!;
  world.log.push(`move ${moved.length} lines of ${from} to ${to}`);
  const { labels, deletions } = await world.marksOf(from, text);
  for (const { offset, label } of deletions)
    if (start < offset && offset < end) world.oracle.deletionLeftBehind(label);
  const removal = { edits: [edit(text, start, end, '')], label: null };
  // What an editor knows of the text in the clipboard: each piece with its own label.
  const pieces: { edits: Edit[]; label: Label | null }[] = [];
  let offset = at;
  for (const piece of piecesOf(labels.slice(start, end))) {
    const inserted = cut.slice(piece.start, piece.end);
    pieces.push({ edits: [{ start: offset, end: offset, removed: '', text: inserted }], label: piece.label });
    offset += inserted.length;
  }
  if (from !== to || target === '') world.oracle.moved(cut);
  if (world.copies.has(from)) world.oracle.excuse(cut, 'copy');
  if (from === to) return world.edit(from, [removal, ...pieces]);
  await world.edit(to, pieces);
  await world.edit(from, [removal]);
}

function piecesOf(labels: readonly (Label | null)[]): { start: number; end: number; label: Label | null }[] {
  const pieces: { start: number; end: number; label: Label | null }[] = [];
  for (const [at, label] of labels.entries()) {
    const last = pieces[pieces.length - 1];
    if (last?.label === label) last.end = at + 1;
    else pieces.push({ start: at, end: at + 1, label });
  }
  return pieces;
}

export const moveLines: Step = async (world, random) => {
  const path = random.pick(world.files());
  if (path !== undefined) await move(world, random, path, path);
};

export const moveFunction: Step = async (world, random) => {
  const files = world.files();
  const [from, to] = [random.pick(files), random.pick(files)];
  if (from !== undefined && to !== undefined) await move(world, random, from, to);
};

export const split: Step = async (world, random) => {
  const from = random.pick(world.files());
  if (from !== undefined) await move(world, random, from, newPath(world, random));
};

export function newPath(world: World, random: Random): string {
  const path = `${random.pick(['src', 'lib', 'new folder'])}/f${random.below(6)}.ts`;
  return world.has(path) ? `src/g${random.below(1000)}.ts` : path;
}

export const create: Step = async (world, random) => {
  const path = newPath(world, random);
  const label = random.chance(0.5) ? random.pick(LABELS)! : null;
  world.log.push(`create ${path}`);
  const text = newLines(world, random, label) + newLines(world, random, label);
  await world.edit(path, [{ edits: [edit('', 0, 0, text)], label }]);
};

export const removeFile: Step = async (world, random) => {
  const files = world.files();
  const path = random.pick(files);
  if (path === undefined || files.length < 3) return;
  world.log.push(`delete ${path}`);
  world.delete(path);
};

/** What git has of a file that it was told of, and not given: no text. */
const EMPTY = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** `git mv`, or a move that git has to infer; with the sidecar, as an editor does it, or without. */
export const rename: Step = async (world, random) => {
  const path = random.pick(world.files());
  if (path === undefined) return;
  const to = newPath(world, random);
  world.log.push(`rename ${path} to ${to}`);
  if (world.copies.has(path)) world.copies.add(to);
  // Where git does not know the file either, or was only told that it will come, nobody can tell where it came from.
  const entry = world.git('ls-files', '--stage', '--', path);
  if (entry === '' || entry.includes(EMPTY)) world.oracle.excuse(world.read(path), 'unknown');
  const isTold = random.chance(0.5);
  const moveOne = (from: string, target: string) => {
    world.write(target, world.read(from));
    if (isTold && world.git('ls-files', '--', from) !== '') {
      world.delete(target);
      if (world.tryGit(['mv', '--', from, target]).ok) return;
      world.write(target, world.read(from));
    }
    world.delete(from);
  };
  moveOne(path, to);
  if (random.chance(0.5) && world.has(sidecarPath(path))) moveOne(sidecarPath(path), sidecarPath(to));
  if (random.chance(0.3)) await changeInEditor(world, random, null);
};

/**
 * Files that HEAD does not have and git has just been made to see as new: one that was renamed without a commit, then
 * another branch was checked out. Git does not know where they came from, so their marks may be lost, unless a sidecar of
 * theirs is beside them.
 */
export function excuseNewFiles(world: World): void {
  const known = new Set(world.git('ls-tree', '-r', '-z', '--name-only', 'HEAD').split('\0'));
  for (const path of world.files()) {
    if (known.has(path)) continue;
    const own = sidecarPath(path);
    const text = world.read(path);
    if (!world.has(own) || !readSidecar(parseSidecar(world.read(own)), text))
      world.oracle.excuse(text, 'new');
  }
}

/** A copy that no editor has seen. */
export const copy: Step = async (world, random) => {
  const path = random.pick(world.files());
  if (path === undefined) return;
  const to = newPath(world, random);
  const text = world.read(path);
  world.log.push(`copy ${path} to ${to}`);
  world.oracle.copied(text);
  world.copies.add(to);
  world.write(to, text);
};
