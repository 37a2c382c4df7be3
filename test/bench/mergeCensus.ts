/**
 * Do sidecars merge where their sources merge? Three versions of a file are taken from each real merge of a history, and
 * made from three successive versions of a file (the second change is brought to the first version, when git can); AI
 * blocks are put into them, and git merges them: without a driver (as a forge does), with `merge=union`, and with the
 * driver that `init` sets up. `tsx test/bench/mergeCensus.ts PATH… [--most N]`, each PATH a clone or a bundle; without
 * one, a history is made up.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffArrays } from 'diff';
import { carryByLineHashes, carryOver } from '../../src/core/carryOver';
import { sidecarPath } from '../../src/core/layout';
import { hashLines, splitLines } from '../../src/core/lines';
import { joinSpans, type Span } from '../../src/core/marks';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { Program } from '../support/program';
import { madeUpHistory } from './madeUpHistory';
import { Merger, MODES, type Mode, pathOf, type Version } from './merger';
import { History, scratchFolder } from './pastTexts';
import { random } from './truth';

interface Triple {
  readonly kind: 'real' | 'synthetic';
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

const MOST_CHARACTERS = 400_000;
const AT_ONCE = 100;

/** Files that both sides of a real merge changed. */
async function realTriples(history: History, most: number): Promise<Triple[]> {
  const merges: [base: string, ours: string, theirs: string][] = [];
  for (const line of history.lines('rev-list', '--min-parents=2', '--max-parents=2', '--parents', 'HEAD')) {
    const [, ours, theirs] = line.split(' ') as [string, string, string];
    const { stdout } = spawnSync('git', ['merge-base', ours, theirs], {
      cwd: history.root,
      encoding: 'utf8',
    });
    const base = stdout.split('\n')[0]!;
    if (base !== '' && base !== ours && base !== theirs) merges.push([base, ours, theirs]);
  }
  const pairs = merges.flatMap(([base, ours, theirs]) => [[base, ours] as const, [base, theirs] as const]);
  const changes = pairs.map(([from, to]) => changedFiles(history, from, to));
  const triples: Triple[] = [];
  for (const [i] of merges.entries()) {
    const theirs = new Map(changes[2 * i + 1]!.map((change) => [change.path, change]));
    for (const { path, before, after } of changes[2 * i]!) {
      const other = theirs.get(path);
      if (other === undefined || after === other.after || triples.length >= most) continue;
      const [base, ourText, theirText] = await Promise.all(
        [before, after, other.after].map((id) => history.text(id)),
      );
      if (isFit(base) && isFit(ourText) && isFit(theirText))
        triples.push({ kind: 'real', base: base!, ours: ourText!, theirs: theirText! });
    }
  }
  return triples;
}

interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

function changedFiles(history: History, from: string, to: string): Changed[] {
  const args = ['diff-tree', '-r', '--raw', '--no-abbrev', '--no-renames', '--diff-filter=M', from, to];
  return history.lines(...args).flatMap((line) => {
    const [, before, after, path] = /^:100\d+ 100\d+ (\w+) (\w+) M\t(.*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, before: before!, after: after! }];
  });
}

/** Of three successive versions the first, the second, and what the second change makes of the first. */
async function syntheticTriples(history: History, most: number, folder: string): Promise<Triple[]> {
  const args = [
    'log',
    '--first-parent',
    '-m',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--diff-filter=M',
    '--format=',
  ];
  const versions = new Map<string, string[]>();
  for (const line of history.lines(...args, 'HEAD')) {
    const [, before, after, path] = /^:100\d+ 100\d+ (\w+) (\w+) M\t(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const known = versions.get(path);
    if (known) known.push(before!);
    else versions.set(path, [after!, before!]);
  }
  const all = [...versions.values()].flatMap((ids) =>
    ids.slice(2).map((id, i) => [id, ids[i + 1]!, ids[i]!] as const),
  );
  const step = Math.max(1, Math.floor(all.length / (most * 2)));
  const triples: Triple[] = [];
  for (let i = 0; i < all.length && triples.length < most; i += step) {
    const texts = await Promise.all(all[i]!.map((id) => history.text(id)));
    if (!texts.every(isFit)) continue;
    const [first, second, third] = texts as [string, string, string];
    const files = ['first', 'second', 'third'].map((name) => join(folder, name));
    for (const [k, text] of [first, second, third].entries()) writeFileSync(files[k]!, text);
    const brought = spawnSync('git', ['merge-file', '-p', '-q', files[0]!, files[1]!, files[2]!], {
      encoding: 'utf8',
    });
    if (brought.status === 0 && brought.stdout !== first)
      triples.push({ kind: 'synthetic', base: first, ours: second, theirs: brought.stdout });
  }
  return triples;
}

function isFit(text: string | null | undefined): boolean {
  return typeof text === 'string' && text.length <= MOST_CHARACTERS && splitLines(text).count >= 5;
}

function version(text: string, spans: readonly Span[]): Version {
  // The end of the file may stand above a mark of its own, so that there always is a sidecar.
  const sidecar = serialiseSidecar(text, { spans, deletions: [] }) ?? '';
  const lines = text.split(/(?<=\n)/);
  return { text, lines, spans, sidecar, entries: entriesOf(sidecar, lines.length) };
}

function entriesOf(sidecar: string | null, count: number): string[] {
  const entries = (sidecar ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(3));
  return entries.length === count ? entries : Array.from({ length: count }, () => '');
}

/** Blocks of AI lines, about one line in six. */
function baseVersion(text: string, rand: () => number): Version {
  const { starts, count } = splitLines(text);
  const spans: Span[] = [];
  for (let line = 0; line < count; line++) {
    if (rand() > 0.05 && !(line === 0)) continue;
    const end = Math.min(count, line + 1 + Math.floor(rand() * 8));
    spans.push({ start: starts[line]!, end: starts[end]!, label: `Base0${Math.floor(rand() * 4)}` });
    line = end;
  }
  return version(text, joinSpans(spans));
}

/**
 * A later version: what the editor kept of the marks, and most of what is new by another contribution. The same new line
 * has the same mark wherever it is new, as a commit that was picked into both branches has.
 */
function laterVersion(before: Version, text: string): Version {
  const kept = carryOver({ text: before.text, marks: { spans: before.spans, deletions: [] } }, text).marks
    .spans;
  const fresh: Span[] = [];
  let at = 0;
  for (const { added, removed, value } of diffArrays(before.lines as string[], text.split(/(?<=\n)/))) {
    if (removed) continue;
    for (const line of value) {
      const label = added ? labelOfNew(line) : null;
      if (label !== null) fresh.push({ start: at, end: at + line.length, label });
      at += line.length;
    }
  }
  // What a new line has in common with the one before it is the new one's.
  const spans: Span[] = [];
  let next = 0;
  for (const span of kept) {
    while (next < fresh.length && fresh[next]!.end <= span.start) next++;
    let { start } = span;
    for (let i = next; i < fresh.length && fresh[i]!.start < span.end; i++) {
      if (fresh[i]!.start > start) spans.push({ ...span, start, end: fresh[i]!.start });
      start = Math.max(start, fresh[i]!.end);
    }
    if (start < span.end) spans.push({ ...span, start });
  }
  return version(text, joinSpans([...spans, ...fresh].sort((a, b) => a.start - b.start)));
}

function labelOfNew(line: string): string | null {
  const [hash] = hashLines(line, splitLines(line));
  return hash! % 10 < 6 ? `Fresh${hash! % 2}` : null;
}

/** `theirs` with the marks that `ours` has on lines that are new on both sides: they came from one commit. */
function withSharedLines(base: Version, ours: Version, theirs: Version): Version {
  const [known, shared] = [linesFrom(base.lines, theirs.lines), linesFrom(ours.lines, theirs.lines)];
  const [from, to] = [splitLines(ours.text).starts, splitLines(theirs.text).starts];
  let { spans } = theirs;
  for (const [i, line] of theirs.lines.entries()) {
    const other = shared[i]!;
    if (known[i]! >= 0 || other < 0) continue;
    const [start, end, shift] = [to[i]!, to[i]! + line.length, to[i]! - from[other]!];
    const cut = spans.flatMap((span) => [
      { ...span, end: Math.min(span.end, start) },
      { ...span, start: Math.max(span.start, end) },
    ]);
    const taken = ours.spans.map(({ start: a, end: b, label }) => ({
      ...{ start: Math.max(a + shift, start), end: Math.min(b + shift, end), label },
    }));
    spans = [...cut, ...taken].filter((span) => span.start < span.end).sort((a, b) => a.start - b.start);
  }
  return version(theirs.text, joinSpans(spans));
}

interface Tally {
  clean: number;
  conflicts: number;
  unfit: number;
  lines: number;
  wrong: number;
  /** Wrong, but some line with the same text has that mark on one side. */
  sameText: number;
  lost: number;
  bothConflict: number;
  leftInConflict: number;
}

const noTally = (): Tally => ({
  ...{
    clean: 0,
    conflicts: 0,
    unfit: 0,
    lines: 0,
    wrong: 0,
    sameText: 0,
    lost: 0,
    bothConflict: 0,
    leftInConflict: 0,
  },
});

/** For each line of `after` the line of `before` that it is, or -1. */
function linesFrom(before: readonly string[], after: readonly string[]): Int32Array {
  const found = new Int32Array(after.length).fill(-1);
  let [from, to] = [0, 0];
  for (const { added, removed, count } of diffArrays(before as string[], after as string[])) {
    if (!added && !removed) for (let k = 0; k < count; k++) found[to + k] = from + k;
    if (!added) from += count;
    if (!removed) to += count;
  }
  return found;
}

function compare(merged: string, sidecar: string, ours: Version, theirs: Version, tally: Tally): void {
  const parsed = parseSidecar(sidecar);
  const exact = readSidecar(parsed, merged);
  if (!exact) tally.unfit++;
  const marks = exact ?? carryByLineHashes(parsed, merged).marks;
  const lines = merged.split(/(?<=\n)/);
  const entries = entriesOf(serialiseSidecar(merged, marks), lines.length);
  const [fromOurs, fromTheirs] = [linesFrom(ours.lines, lines), linesFrom(theirs.lines, lines)];
  const sayings = new Map<string, Set<string>>();
  for (const side of [ours, theirs])
    for (const [i, line] of side.lines.entries())
      sayings.set(line, (sayings.get(line) ?? new Set()).add(side.entries[i]!));
  for (const [i, line] of lines.entries()) {
    const allowed = new Set<string>();
    if (fromOurs[i]! >= 0) allowed.add(ours.entries[fromOurs[i]!]!);
    if (fromTheirs[i]! >= 0) allowed.add(theirs.entries[fromTheirs[i]!]!);
    tally.lines++;
    const found = entries[i]!;
    if (allowed.has(found)) continue;
    if (found === '') tally.lost++;
    else if (sayings.get(line)?.has(found)) tally.sameText++;
    else tally.wrong++;
  }
}

async function census(
  triples: readonly Triple[],
  folder: string,
  program: Program,
  name: string,
): Promise<void> {
  const merger = new Merger(folder, program);
  const merged = merger.history();
  const tallies = new Map<string, Tally>();
  const tallyOf = (kind: string, mode: Mode) => {
    const key = `${kind} ${mode}`;
    tallies.set(key, tallies.get(key) ?? noTally());
    return tallies.get(key)!;
  };
  let [sourceBytes, sidecarBytes, marked, lines] = [0, 0, 0, 0];
  for (let from = 0; from < triples.length; from += AT_ONCE) {
    const group = triples.slice(from, from + AT_ONCE).map((triple, k) => {
      const rand = random(from + k + 1);
      const base = baseVersion(triple.base, rand);
      const ours = laterVersion(base, triple.ours);
      const theirs = withSharedLines(base, ours, laterVersion(base, triple.theirs));
      return { kind: triple.kind, base, ours, theirs };
    });
    for (const { base } of group) {
      sourceBytes += Buffer.byteLength(base.text);
      sidecarBytes += base.sidecar.length;
      lines += base.lines.length;
      marked += base.entries.filter((entry) => entry !== '').length;
    }
    const [, ours, theirs] = merger.commits(group);
    for (const mode of MODES) {
      const { tree, conflicts } = merger.merge(ours!, theirs!, mode);
      for (const [k, triple] of group.entries()) {
        const tally = tallyOf(triple.kind, mode);
        const own = sidecarPath(pathOf(k));
        if (conflicts.has(pathOf(k))) {
          tally.bothConflict++;
          if (conflicts.has(own)) tally.leftInConflict++;
          continue;
        }
        tally.clean++;
        if (conflicts.has(own)) tally.conflicts++;
        const [text, sidecar] = await Promise.all(
          [`${tree}:${pathOf(k)}`, `${tree}:${own}`].map((at) => merged.text(at)),
        );
        compare(text!, sidecar ?? '', triple.ours, triple.theirs, tally);
      }
    }
  }
  merged.dispose();
  console.log(`\n${name}: ${triples.length} file merges`);
  console.log(
    '                  clean  sidecar conflicts   no shadow    lines   wrong  same text  lost   source conflicts: with the sidecar',
  );
  for (const [key, t] of tallies) {
    const share = `${t.conflicts} (${((100 * t.conflicts) / Math.max(1, t.clean)).toFixed(2)} %)`;
    console.log(
      `${key.padEnd(17)}${String(t.clean).padStart(6)}${share.padStart(18)}${String(t.unfit).padStart(13)}${String(t.lines).padStart(10)}` +
        `${String(t.wrong).padStart(7)}${String(t.sameText).padStart(10)}${String(t.lost).padStart(7)}   ${t.leftInConflict} of ${t.bothConflict}`,
    );
  }
  console.log(
    `Sizes: ${sidecarBytes} bytes of sidecars beside ${sourceBytes} of sources (${((100 * sidecarBytes) / sourceBytes).toFixed(1)} %), ` +
      `${(sidecarBytes / lines).toFixed(2)} a line, ${((100 * marked) / lines).toFixed(1)} % of lines marked.`,
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '800' } },
});
const most = Number(values.most);
const program = await Program.build();
try {
  for (const given of positionals.length > 0 ? positionals : [null]) {
    const folder = scratchFolder();
    try {
      const history = new History(given ?? madeUpHistory(folder, { commits: 300, seed: 7 }), folder);
      const real = await realTriples(history, most);
      const synthetic = await syntheticTriples(history, most, folder);
      history.dispose();
      await census([...real, ...synthetic], folder, program, history.name);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  program.remove();
}
