import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Contribution, contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, sidecarPath, VERSION_PATH } from '../../src/core/layout';
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import { type Label, type Marks, NO_MARKS } from '../../src/core/marks';
import { parseSidecar, readSidecar, serialiseSidecar, versionText } from '../../src/core/sidecar';
import { prepareStaged } from '../../src/engine/commit';
import { initRepository } from '../../src/engine/init';
import { movedFrom, movedFromIn } from '../../src/engine/movedFrom';
import { marksOfText, openTrees } from '../../src/engine/textMarks';
import { openRepository, type Repository } from '../../src/repo/git';
import { keepSavedSidecar } from '../../src/repo/savedSidecars';
import { commitTree, type Tree } from '../../src/repo/tree';
import { cleanEnvironment } from '../support/repository';
import { type Difference, EXCUSES, type Excuse, Oracle } from './oracle';

/** With hook and driver (`real`: git calls the hook, else it runs in this process), or with neither. */
export type Mode = 'hook' | 'real' | 'none';

export const LABELS: readonly Label[] = ['one', 'two', 'three'].map((tool) =>
  contributionId(contribution(tool)),
);

function contribution(tool: string): Contribution {
  return { author: 'Ada Lovelace <ada@example.com>', day: '2026-03-01', evidence: 'accepted', tool };
}

/** What happened in a sequence, added up over all of them. */
export interface Counts extends Record<Excuse, number> {
  commits: number;
  files: number;
  marks: number;
  deletions: number;
  lost: number;
  /** Files of a commit whose sidecar was not the shadow of their text. */
  unfit: number;
  sidecarConflicts: number;
}

export const noCounts = (): Counts => ({
  ...{ commits: 0, files: 0, marks: 0, deletions: 0, lost: 0, unfit: 0, sidecarConflicts: 0 },
  ...(Object.fromEntries(EXCUSES.map((why) => [why, 0])) as Record<Excuse, number>),
});

/** A mark that is wrong, or was lost where none may be. */
export class Violation extends Error {}

const FILES: Readonly<Record<string, string>> = {
  'src/a.ts': 'hhhhhh111hhhhhhhhhh22hhhh',
  'src/b.ts': 'hhhhhhhhhhhhhhhh',
};
const START = 1_700_000_000;
const THIRD_FILE = 'lib/c d.ü.ts';

/** A folder in memory where there is one: git waits for the disk otherwise. */
export const scratch = () =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'taggant-fuzz-'));

/** The repository that every sequence of a mode starts from. */
export class Template {
  /** The commit that every world starts from. */
  #first = '';

  private constructor(
    readonly mode: Mode,
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @param cli the bundled program, for the driver and the real hook */
  static async create(mode: Mode, cli: string): Promise<Template> {
    const folder = scratch();
    const config = join(folder, 'config');
    writeFileSync(
      config,
      '[gc]\nauto=0\n[maintenance]\nauto=false\n[core]\nfsync=none\n[user]\nname=Ada\nemail=ada@example.com\n' +
        '[advice]\nmergeConflict=false\n[init]\ndefaultBranch=main\ntemplateDir=\n[commit]\nverbose=false\n',
    );
    const environment = { ...cleanEnvironment(), GIT_CONFIG_GLOBAL: config, GIT_EDITOR: 'true' };
    Object.assign(process.env, { GIT_CONFIG_GLOBAL: config, GIT_CONFIG_NOSYSTEM: '1' });
    const template = new Template(mode, folder, environment);
    const world = new World(template, join(folder, 'template'));
    mkdirSync(world.root);
    world.git('init', '-q', '-b', 'main');
    const repo = await openRepository(world.root);
    const options = { confirm: async () => true, cliPath: cli, nodePath: process.execPath };
    await initRepository(repo, { ...options, withExamplePolicy: false });
    if (mode === 'none') {
      // As in the clone of somebody who has the editor's extension, and has not let it set anything up.
      rmSync(join(world.root, '.git'), { recursive: true });
      world.git('init', '-q', '-b', 'main');
    }
    world.write(VERSION_PATH, versionText());
    for (const [i, tool] of ['one', 'two', 'three'].entries())
      world.write(contributionPath(LABELS[i]!), `${contributionJson(contribution(tool))}\n`);
    world.git('add', '-A');
    for (const [path, content] of firstFiles(world)) world.write(path, content);
    world.git('add', '-A');
    world.git('commit', '-q', '--no-verify', '-m', 'first');
    template.#first = world.head();
    return template;
  }

  /** A fresh repository with a first commit of three files. */
  async world(): Promise<World> {
    const world = new World(this, mkdtempSync(join(this.folder, 'run-')), START + 10_000);
    cpSync(join(this.folder, 'template'), world.root, { recursive: true });
    firstFiles(world); // the same in every world: its oracle learns of their words
    world.first = this.#first;
    world.checked.add(world.first);
    return world;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The files of the first commit by their paths, with their sidecars. */
function firstFiles(world: World): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, kinds] of Object.entries({ ...FILES, [THIRD_FILE]: '33hhhhh1hhhh' })) {
    const spans = [];
    let text = '';
    for (const kind of kinds) {
      const label = kind === 'h' ? null : LABELS[Number(kind) - 1]!;
      const line = world.line(label);
      if (label !== null) spans.push({ start: text.length, end: text.length + line.length, label });
      text += line;
    }
    files.set(path, text);
    const sidecar = serialiseSidecar(text, { spans, deletions: [] });
    if (sidecar !== null) files.set(sidecarPath(path), sidecar);
  }
  return files;
}

export interface GitAnswer {
  readonly ok: boolean;
  readonly out: string;
  readonly err: string;
}

/** One repository in which a sequence runs, its editor and its truth. */
export class World {
  readonly oracle = new Oracle();
  readonly counts = noCounts();
  /** The commit that every sequence starts from. */
  first = '';
  readonly checked = new Set<string>();
  /** Where copies that no editor has seen stand, or stood on some branch. */
  readonly copies = new Set<string>();
  /** What came, with a conflict, out of a stash that was dropped then, by its path. */
  readonly dropped = new Map<string, string>();
  repo: Repository;
  /** How lines end in the working tree. */
  eol: '\n' | '\r\n' = '\n';
  /** What git was asked to do, to be told with a failure. */
  readonly log: string[] = [];
  #clock: number;
  #version = 0;

  /** @param clock seconds since 1970 at which git's first commit here is made; each question to git takes a minute */
  constructor(
    readonly template: Template,
    readonly home: string,
    clock = START,
  ) {
    this.#clock = clock;
    const gitDir = join(home, '.git');
    this.repo = { root: home, gitDir, commonDir: gitDir, gitVersion: '2.39.5' };
  }

  /** The working tree. */
  get root(): string {
    return this.repo.root;
  }

  get mode(): Mode {
    return this.template.mode;
  }

  tryGit(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): GitAnswer {
    this.#clock += 60;
    const date = `@${this.#clock} +0000`;
    const env = {
      ...this.template.environment,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      ...options.env,
    };
    const { status, stdout, stderr } = spawnSync('git', args, {
      cwd: this.root,
      env,
      input: options.input,
      encoding: 'utf8',
    });
    this.log.push(`git ${args.join(' ')}${status === 0 ? '' : ` -> ${status}`}`);
    return { ok: status === 0, out: stdout, err: stderr };
  }

  git(...args: string[]): string {
    const { ok, out, err } = this.tryGit(args);
    if (!ok) throw new Error(`git ${args.join(' ')}: ${err}`);
    return out;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, content: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  delete(path: string): void {
    rmSync(join(this.root, path), { force: true });
  }

  head(): string {
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** The source files that are there; git ignores none. */
  files(folder = ''): string[] {
    const entries = readdirSync(join(this.root, folder), { withFileTypes: true });
    const paths = entries.flatMap((entry) => {
      const path = folder + entry.name;
      if (entry.isDirectory()) return entry.name.startsWith('.') ? [] : this.files(`${path}/`);
      return path.endsWith('.ts') ? [path] : [];
    });
    return paths.sort();
  }

  isDirty(): boolean {
    return this.git('status', '--porcelain') !== '';
  }

  /** A line of code by a contribution, or (null) by a person. */
  line(label: Label | null, isMixed = false): string {
    const word = () => this.oracle.word(label, isMixed);
    return `  const ${word()} = ${word()}(${word()});${this.eol}`;
  }

  /** Changes a file in the editor and saves it, with its sidecar. Each batch is one edit of somebody's, in a text by itself. */
  async edit(
    path: string,
    batches: readonly { edits: readonly Edit[]; label: Label | null }[],
  ): Promise<void> {
    let text = this.has(path) ? this.read(path) : '';
    const { marks } = await this.open(path, text);
    const document = new LiveDocument(text.length, marks);
    for (const { edits, label } of batches) {
      const origin = label === null ? 'human' : 'ai';
      const known = document.marks().deletions.length;
      document.apply({ version: ++this.#version, edits, origin, label });
      if (label !== null && document.marks().deletions.length > known)
        for (const { removed, text: inserted } of edits) this.oracle.removed(label, removed, inserted);
      for (const { start, end, text: inserted } of [...edits].reverse())
        text = text.slice(0, start) + inserted + text.slice(end);
    }
    this.write(path, text);
    const sidecar = serialiseSidecar(text, document.marks());
    if (sidecar === null) this.delete(sidecarPath(path));
    else this.write(sidecarPath(path), sidecar);
    await keepSavedSidecar(this.repo, path, text, sidecar);
  }

  /** What an editor finds when it opens a file. */
  async open(path: string, text: string): Promise<{ marks: Marks }> {
    if (!this.has(path)) return { marks: NO_MARKS };
    return marksOfText(this.repo, path, text, { previousPath: await movedFrom(this.repo, path, text) });
  }

  /** Who wrote each character of a file, and where an AI's removals are, as the editor knows it. */
  async marksOf(
    path: string,
    text: string,
  ): Promise<Pick<Marks, 'deletions'> & { labels: (Label | null)[] }> {
    const labels: (Label | null)[] = Array.from(text, () => null);
    const { spans, deletions } = (await this.open(path, text)).marks;
    for (const { start, end, label } of spans) labels.fill(label, start, end);
    return { labels, deletions };
  }

  /** Commits what is staged. Answers whether there was anything to commit. */
  async commit(...args: string[]): Promise<boolean> {
    this.#noteHalfMoves();
    this.#noteForgotten();
    if (this.mode === 'hook') await prepareStaged(this.repo);
    const verify = this.mode === 'real' ? [] : ['--no-verify'];
    return this.tryGit(['commit', '-q', ...verify, ...args]).ok;
  }

  /**
   * New files that no sidecar comes with, most of whose text is still at another path of the index: one half of a move, of which the
   * other was left out, or git has brought the old file back. A commit of that is a copy to git, as people make it, whatever the
   * working tree has.
   */
  #noteHalfMoves(): void {
    const added = this.git('diff', '--cached', '-M', '--name-only', '-z', '--diff-filter=A').split('\0');
    const fresh = added.filter((path) => path.endsWith('.ts') && !this.#comesWithSidecar(path));
    const known = fresh.length === 0 ? [] : this.git('ls-files', '-z', '--', '*.ts').split('\0');
    for (const path of fresh) {
      const text = this.git('show', `:${path}`);
      const others = known.filter((other) => other !== path && other !== '');
      if (!others.some((other) => this.oracle.isMostly(text, this.git('show', `:${other}`)))) continue;
      this.oracle.copied(text);
      this.copies.add(path);
    }
  }

  /**
   * Whether the commit that brings a new file brings its sidecar too. One that HEAD has already, as `git add .taggant` in a rebase
   * takes along those of files that git does not have yet, belongs to another commit and goes with that one.
   */
  #comesWithSidecar(path: string): boolean {
    const own = sidecarPath(path);
    return this.has(own) && !this.tryGit(['cat-file', '-e', `HEAD:${own}`]).ok;
  }

  /** Only the index knows what a stash was that was dropped: as long as it does, a commit of that has to be right. */
  #noteForgotten(): void {
    const known = this.dropped.size === 0 ? '' : this.git('ls-files', '--resolve-undo', '-z');
    const left = new Set(known.split('\0').map((entry) => entry.slice(entry.indexOf('\t') + 1)));
    for (const [path, text] of this.dropped) {
      if (left.has(path)) continue;
      if (this.tryGit(['show', `HEAD:${path}`]).out !== text) this.oracle.excuse(text, 'dropped');
      this.dropped.delete(path);
    }
  }

  /** Whether a commit's file without a sidecar had one at another path of it, which only a search through all of them finds. */
  async #isParted(revision: string, path: string): Promise<boolean> {
    const tree = commitTree(this.repo, revision);
    try {
      const there = new Set(await tree.list(''));
      const below = (folder: string) => [...there].filter((one) => one.startsWith(`${folder}/`));
      const listed: Tree = { ...tree, list: async (folder) => below(folder) };
      const bytes = await tree.read(path);
      if (!bytes) return false;
      const isThere = async (one: string) => there.has(one);
      return (await movedFromIn({ tree: listed, isThere }, path, bytes.toString('utf8'))) !== path;
    } finally {
      tree.dispose();
    }
  }

  /**
   * Compares the marks of all files of HEAD with the truth, as a fresh clone would find them; of the other new commits,
   * those that their sidecars say.
   * @param isHooked the hook has run for HEAD, so each of its sidecars has to be exact
   */
  async check(isHooked: boolean): Promise<void> {
    const [head, ...more] = this.git('rev-list', '-n', '8', 'HEAD').trim().split('\n');
    const fresh = more.filter((commit) => !this.checked.has(commit));
    if (!this.checked.has(head!)) await this.checkCommit('HEAD', isHooked);
    for (const commit of fresh) await this.checkCommit(commit, false);
    for (const commit of [head!, ...fresh]) this.checked.add(commit);
  }

  async checkCommit(revision: string, isHooked: boolean): Promise<void> {
    const own = openTrees(this.repo);
    const head = commitTree(this.repo, revision, own.objects);
    // What an editor or the index keeps in this git directory is not in a clone.
    const trees = { ...own, head, working: head, index: head, conflicts: async () => new Map() };
    const clone = { ...this.repo, gitDir: join(this.root, 'no such folder') };
    const wrong: Difference[] = [];
    const lost: Difference[] = [];
    const unfit: string[] = [];
    try {
      this.counts.commits++;
      const all = await head.list('');
      const there = new Set(all);
      const isThere = async (path: string) => there.has(path);
      const below = (folder: string) => all.filter((path) => path.startsWith(`${folder}/`));
      const listed: Tree = { ...head, list: async (folder) => below(folder) };
      const found = async (path: string, text: string) => {
        const previousPath = await movedFromIn({ tree: listed, isThere }, path, text);
        return marksOfText(clone, path, text, { trees, previousPath, lookBack: true });
      };
      for (const path of [...there].filter((one) => one.endsWith('.ts'))) {
        const text = (await head.read(path))!.toString('utf8');
        const sidecar = await head.read(sidecarPath(path));
        const recorded = sidecar && readSidecar(parseSidecar(sidecar.toString('utf8')), text);
        const copy = !this.copies.has(path) ? null : sidecar ? 'part' : 'whole';
        const needsSidecar = copy !== 'whole' && this.oracle.countMarked(text, true) > 0;
        if (!recorded && (sidecar || needsSidecar)) unfit.push(path);
        if (!recorded && revision !== 'HEAD') continue;
        const { marks } = recorded ? { marks: recorded } : await found(path, text);
        const differences = this.oracle.compare(path, text, marks, copy);
        const deletions = this.oracle.compareDeletions(path, text, marks, copy);
        wrong.push(...differences.wrong, ...deletions.wrong);
        lost.push(...differences.lost, ...deletions.lost);
        this.counts.deletions += marks.deletions.length;
        this.counts.files++;
        this.counts.marks += this.oracle.countMarked(text);
        for (const why of differences.excused) this.counts[why]++;
      }
    } finally {
      own.dispose();
    }
    this.counts.lost += lost.length;
    this.counts.unfit += unfit.length;
    if (wrong.length > 0) throw new Violation(`wrong: ${told(wrong)}`);
    if (this.mode === 'none') return;
    if (lost.length > 0)
      throw new Violation(`lost: ${told(lost)}${unfit.length > 0 ? ` (unfit: ${unfit.join()})` : ''}`);
    if (!isHooked || unfit.length === 0) return;
    const changed = new Set(this.git('diff', '--name-only', '-z', 'HEAD^', 'HEAD').split('\0'));
    const left: string[] = [];
    // A merge that renames a file and not its first sidecar parts them; the hook of a later commit does not search for it.
    for (const path of unfit)
      if (changed.has(path) && !(await this.#isParted('HEAD^', path))) left.push(path);
    if (left.length > 0)
      throw new Violation(`the hook left a sidecar that is not the shadow: ${left.join()}`);
  }

  remove(): void {
    for (const folder of [this.root, this.home]) rmSync(folder, { recursive: true, force: true });
  }
}

function told(differences: readonly Difference[]): string {
  const shown = differences.slice(0, 3);
  return `${differences.length}, ${shown.map(({ path, word, expected, found }) => `${word} in ${path} is ${expected}, found ${found}`).join('; ')}`;
}
