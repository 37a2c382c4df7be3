import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, isOwnFile, sidecarPath, sourcePathOf, VERSION_PATH } from '../../src/core/layout';
import { splitLines } from '../../src/core/lines';
import type { Label } from '../../src/core/marks';
import { serialiseSidecar, versionText } from '../../src/core/sidecar';
import { prepareStaged } from '../../src/engine/commit';
import { relabel } from '../../src/engine/declare';
import { movedFrom } from '../../src/engine/movedFrom';
import { marksOfText } from '../../src/engine/textMarks';
import type { Repository } from '../../src/repo/git';
import { keepSavedSidecar } from '../../src/repo/savedSidecars';
import { textOrNull } from '../../src/repo/text';
import type { Program } from '../support/program';
import { cleanEnvironment } from '../support/repository';
import { gitAt, type History } from './pastTexts';

/** With Taggant's hook and driver in every clone, or with the editor alone, which writes sidecars when AI text comes in. */
export type Mode = 'hook' | 'none';

/** One commit of the part of a history that is replayed. */
export interface PastCommit {
  readonly id: string;
  readonly parents: readonly string[];
  /** The contribution that its new lines are declared to come from. */
  readonly label: Label | null;
}

/** The lines that commits added, as git sees it: by label and path, 1-based; and their texts without white space. */
export class Declared {
  private readonly lines = new Map<string, Set<number>>();
  private readonly texts = new Map<Label, Set<string>>();
  count = 0;

  add(label: Label, path: string, line: number, text: string): void {
    const key = `${label} ${path}`;
    this.lines.set(key, (this.lines.get(key) ?? new Set()).add(line));
    this.texts.set(label, (this.texts.get(label) ?? new Set()).add(text.replace(/\s/g, '')));
    this.count++;
  }

  has(label: Label, path: string, line: number): boolean {
    return this.lines.get(`${label} ${path}`)?.has(line) ?? false;
  }

  textsOf(label: Label): ReadonlySet<string> {
    return this.texts.get(label) ?? new Set();
  }
}

export interface BlamedLine {
  readonly commit: string;
  /** The file that the commit changed, as it was before: null where the line is as old as the file, or not of this history. */
  readonly previous: { readonly commit: string; readonly path: string } | null;
  /** Where the line stood in that commit; 1-based. */
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** `git blame -w -M -C` of a file; what is older than `since` is that commit's. None of lock files, and of what is no file. */
export function blame(
  history: History,
  since: string,
  commit: string,
  path: string,
  moves: readonly string[] = ['-M', '-C'],
): BlamedLine[] {
  const args = ['blame', '-w', ...moves, '--line-porcelain', `${since}..${commit}`, '--', path];
  const found: BlamedLine[] = [];
  // What a package manager writes is the same few lines over and over, and nobody's to be marked.
  if (/(^|\/)(package-lock\.json|go\.sum|[\w.-]+\.lock)$/.test(path)) return found;
  if (!/^100/.test(history.git('ls-tree', commit, '--', path))) return found;
  let [id, line, from] = ['', 0, path];
  let previous: BlamedLine['previous'] = null;
  for (const written of history.git(...args).split('\n')) {
    const head = /^([0-9a-f]{40,64}) (\d+) \d+/.exec(written);
    const before = /^previous ([0-9a-f]{40,64}) (.*)$/.exec(written);
    if (written.startsWith('\t'))
      found.push({ commit: id, previous, path: from, line, text: written.slice(1) });
    else if (head) [id, line, previous] = [head[1]!, Number(head[2]), null];
    else if (before) previous = { commit: before[1]!, path: before[2]! };
    else if (written.startsWith('filename ')) from = written.slice('filename '.length);
  }
  return found;
}

export const labelOfCommit = (id: string) =>
  contributionId({ author: 'A <a@example.com>', day: '2026-03-01', evidence: 'exact', session: id });

/** Milliseconds of each kind. */
export interface Times {
  readonly hook: number[];
  readonly commit: number[];
  readonly peer: number[];
}

/** Makes a history's commits anew, with the trees they have and the sidecars that Taggant gives them. */
export class Replayed {
  readonly root: string;
  readonly repo: Repository;
  readonly times: Times = { hook: [], commit: [], peer: [] };
  readonly ids = new Map<string, string>();
  sidecarConflicts = 0;
  merges = 0;
  private at = '';

  constructor(
    private readonly history: History,
    folder: string,
    private readonly mode: Mode,
    program: Program,
    private readonly peerHook: string | null = null,
  ) {
    this.root = join(folder, mode);
    mkdirSync(this.root);
    this.git('init', '-q', '-b', 'main');
    const gitDir = join(this.root, '.git');
    this.repo = { root: this.root, gitDir, commonDir: gitDir, gitVersion: '' };
    writeFileSync(
      join(gitDir, 'objects', 'info', 'alternates'),
      `${join(history.repo.commonDir, 'objects')}\n`,
    );
    for (const [key, value] of Object.entries({
      'user.name': 'A',
      'user.email': 'a@example.com',
      'gc.auto': '0',
      'core.fsync': 'none',
    }))
      this.git('config', key, value);
    if (mode === 'none') return;
    mkdirSync(join(gitDir, 'taggant'));
    mkdirSync(join(gitDir, 'info'), { recursive: true });
    cpSync(
      join(import.meta.dirname, '..', '..', 'media', 'hooks', 'merge-driver.sh'),
      join(gitDir, 'taggant', 'merge-driver'),
    );
    writeFileSync(join(gitDir, 'taggant', 'runtime'), `${process.execPath}\n${program.file}\n`);
    writeFileSync(join(gitDir, 'info', 'attributes'), '/.taggant/tags/** merge=taggant\n');
    this.git(
      'config',
      'merge.taggant.driver',
      'sh "$(git rev-parse --git-common-dir)/taggant/merge-driver" %O %A %B %P',
    );
  }

  git(...args: string[]): string {
    return gitAt(this.root, args);
  }

  private tryGit(...args: string[]): boolean {
    return spawnSync('git', args, { cwd: this.root, env: cleanEnvironment(), encoding: 'utf8' }).status === 0;
  }

  /** The commit before the replayed ones, with all contributions that will be named. */
  start(commit: string, sessions: readonly string[]): void {
    this.git('read-tree', commit);
    this.git('checkout-index', '-a', '-f');
    this.write(VERSION_PATH, versionText());
    for (const session of sessions) {
      const contribution = {
        author: 'A <a@example.com>',
        day: '2026-03-01',
        evidence: 'exact',
        session,
      } as const;
      this.write(contributionPath(labelOfCommit(session)), `${contributionJson(contribution)}\n`);
    }
    this.git('add', '-f', '.taggant');
    this.git('commit', '-q', '--no-verify', '-m', 'start');
    this.at = this.git('rev-parse', 'HEAD').trim();
    this.ids.set(commit, this.at);
  }

  /** @param declare the lines of a file that the commit added, when they are AI's; 1-based */
  async commit(past: PastCommit, declare: (path: string) => readonly number[]): Promise<void> {
    const [first, other] = past.parents.filter((parent) => this.ids.has(parent));
    const target = this.ids.get(first!)!;
    if (this.at !== target) this.git('checkout', '-q', '-f', '--detach', target);
    const isHooked =
      other === undefined ? this.takeOver(first!, past.id) : this.merge(this.ids.get(other)!, past.id);
    if (past.label !== null) await this.accept(past, first!, declare);
    if (this.mode === 'hook' && isHooked) {
      const start = performance.now();
      await prepareStaged(this.repo);
      this.times.hook.push(performance.now() - start);
    } else if (past.label !== null) this.git('add', '-A', '-f', '--', '.taggant');
    if (this.peerHook !== null && isHooked) {
      const start = performance.now();
      spawnSync(this.peerHook, [], { cwd: this.root, env: cleanEnvironment(), stdio: 'ignore' });
      this.times.peer.push(performance.now() - start);
    }
    const start = performance.now();
    this.git('commit', '-q', '--no-verify', '--allow-empty', '--allow-empty-message', '-m', past.id);
    this.times.commit.push(performance.now() - start);
    this.at = this.git('rev-parse', 'HEAD').trim();
    this.ids.set(past.id, this.at);
  }

  /** Brings index and working tree from one commit's sources to another's. */
  private takeOver(from: string, to: string): boolean {
    const raw = this.history
      .git('diff-tree', '-r', '--raw', '-z', '--no-abbrev', '--no-renames', from, to)
      .split('\0');
    let entries = '';
    const written: string[] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const [, mode, , id, status] = raw[i]!.split(' ') as [string, string, string, string, string];
      const path = raw[i + 1]!;
      entries += status === 'D' ? `0 ${'0'.repeat(id.length)}\t${path}\0` : `${mode} ${id}\t${path}\0`;
      rmSync(join(this.root, path), { recursive: true, force: true });
      if (status !== 'D' && mode !== '160000') written.push(path);
    }
    gitAt(this.root, ['update-index', '-z', '--index-info'], entries);
    gitAt(this.root, ['checkout-index', '-f', '-z', '--stdin'], written.map((path) => `${path}\0`).join(''));
    return true;
  }

  /** Merges, and takes the sources as the history has them. Answers whether somebody committed it, with the hook. */
  private merge(other: string, to: string): boolean {
    this.merges++;
    const isClean = this.tryGit('merge', '-q', '--no-commit', '--no-ff', other);
    const unmerged = new Set(
      this.git('diff', '--name-only', '-z', '--diff-filter=U').split('\0').filter(Boolean),
    );
    for (const path of unmerged) {
      const source = sourcePathOf(path);
      if (source !== null && !unmerged.has(source)) this.sidecarConflicts++;
    }
    this.git('add', '-A', '-f', '--', '.taggant');
    const own = this.git('ls-files', '-s', '-z', '--', '.taggant');
    const before = isClean ? this.git('write-tree').trim() : null;
    const index = join(this.root, '.git', 'replay-index');
    const env = { ...cleanEnvironment(), GIT_INDEX_FILE: index };
    const apart = (args: string[], input = '') =>
      spawnSync('git', args, { cwd: this.root, env, input, encoding: 'utf8', maxBuffer: 1 << 30 }).stdout;
    apart(['read-tree', to]);
    apart(['update-index', '-z', '--index-info'], own);
    const tree = apart(['write-tree']).trim();
    rmSync(index, { force: true });
    this.git('read-tree', '--reset', '-u', tree);
    return before !== tree;
  }

  /** What the editor does with text that an AI wrote into it. */
  private async accept(
    past: PastCommit,
    first: string,
    declare: (path: string) => readonly number[],
  ): Promise<void> {
    const paths = this.history.git(
      'diff-tree',
      '-r',
      '--name-only',
      '-z',
      '--no-renames',
      '--diff-filter=AM',
      first,
      past.id,
    );
    for (const path of paths.split('\0').filter((one) => one !== '' && !isOwnFile(one))) {
      const numbers = declare(path);
      const text = numbers.length === 0 ? null : textOrNull(readFileSync(join(this.root, path)));
      if (text === null) continue;
      let { marks } = await marksOfText(this.repo, path, text, {
        previousPath: await movedFrom(this.repo, path, text),
      });
      const { starts } = splitLines(text);
      for (const line of numbers)
        marks = relabel(marks, { start: starts[line - 1]!, end: starts[line]! }, past.label);
      const sidecar = serialiseSidecar(text, marks);
      if (sidecar === null) rmSync(join(this.root, sidecarPath(path)), { force: true });
      else this.write(sidecarPath(path), sidecar);
      await keepSavedSidecar(this.repo, path, text, sidecar);
    }
  }

  private write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }
}
