/** The steps of a sequence that are git's: commits, and what rewrites, joins and moves them. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { diffArrays } from 'diff';
import { isOwnFile, sidecarPath, sourcePathOf } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { fixSync } from '../../src/engine/sync';
import { savedSidecar } from '../../src/repo/savedSidecars';
import { accept, excuseNewFiles, linesOf } from './editing';
import type { Random, Step } from './steps';
import type { World } from './world';

const isMerging = (world: World, ...names: string[]) =>
  names.some((name) => existsSync(join(world.repo.gitDir, name)));

export const commitAll: Step = async (world) => {
  world.git('add', '-A');
  if (await world.commit('-m', 'all')) await world.check(world.mode !== 'none');
};

/** Only sources are staged, as in an editor's list of changes. */
export const commitSources: Step = async (world) => {
  world.git('add', '-A', '--', '.', ':(exclude).taggant');
  if (await world.commit('-m', 'sources')) await world.check(world.mode !== 'none');
};

export const commitTracked: Step = async (world) => {
  if (world.mode !== 'real') world.git('add', '-u');
  if (await world.commit('-m', 'tracked', ...(world.mode === 'real' ? ['-a'] : [])))
    await world.check(world.mode !== 'none');
  // A renamed file stays behind and is a new one to git when it comes.
  excuseNewFiles(world);
};

/** `git commit FILE` works on an index of its own, which only a hook that git calls can know. */
export const commitFile: Step = async (world, random) => {
  const path = random.pick(world.files());
  if (path === undefined) return;
  // One half of a move, without the other: git has a new file, and the marks are at a path that is still there to it.
  if (!world.has(sidecarPath(path)) && !world.tryGit(['cat-file', '-e', `HEAD:${path}`]).ok)
    world.oracle.excuse(world.read(path), 'new');
  if (world.mode === 'hook') world.git('add', '--', path);
  const own = world.mode === 'hook' ? [] : ['--', path];
  if (await world.commit('-m', 'file', ...own)) await world.check(world.mode !== 'none');
  excuseNewFiles(world);
};

export const amend: Step = async (world, random) => {
  if (world.head() === world.first) return;
  if (random.chance(0.5)) world.git('add', '-A', '--', '.', ':(exclude).taggant');
  // What differs from HEAD is all that a hook sees, also of a commit that git made without one and that is amended now.
  if (await world.commit('--amend', '--no-edit')) await world.check(false);
};

/** As `git add -p`: some of the changed parts of a file. */
export const stagePart: Step = async (world, random) => {
  const path = random.pick(
    world
      .git('diff', '--name-only', '-z')
      .split('\0')
      .filter((one) => one.endsWith('.ts')),
  );
  if (path === undefined || !world.has(path)) return;
  const staged = linesOf(world.git('show', `:${path}`)).map(({ text }) => text);
  const working = linesOf(
    world.read(path).replaceAll('\r\n', staged[0]?.endsWith('\r\n') ? '\r\n' : '\n'),
  ).map(({ text }) => text);
  let text = '';
  let isTaken = random.chance(0.5);
  for (const { added, removed, value } of diffArrays(staged, working)) {
    if (!added && !removed) {
      text += value.join('');
      isTaken = random.chance(0.5);
    } else if (added ? isTaken : !isTaken) text += value.join('');
  }
  const id = world.tryGit(['hash-object', '-w', '--stdin'], { input: text }).out.trim();
  world.git('update-index', '--cacheinfo', `100644,${id},${path}`);
};

export const commitPart: Step = async (world, random) => {
  await stagePart(world, random);
  if (await world.commit('-m', 'part')) await world.check(world.mode !== 'none');
  excuseNewFiles(world);
};

/** The signs of conflicts, the inner ones first: where both sides renamed a file, those have longer ones. */
const CONFLICTS = [9, 8, 7].map(
  (n) =>
    new RegExp(
      `^<{${n}} .*\\r?\\n([^]*?)(?:^\\|{${n}}(?!\\|).*\\r?\\n[^]*?)?^={${n}}\\r?\\n([^]*?)^>{${n}} .*\\r?\\n`,
      'gm',
    ),
);

/** Puts a conflict's sides into the text as somebody would who resolves it. */
function resolved(text: string, random: Random): string {
  const choose = (_all: string, ours: string, theirs: string) =>
    random.pick([ours, theirs, ours + theirs, theirs + ours, ''])!;
  return CONFLICTS.reduce((left, conflict) => left.replace(conflict, choose), text);
}

/**
 * Copies that git takes along to where the rest of their folder was moved, which it asks somebody to look at: one side has the file, no
 * other does, and it keeps its name.
 */
function noteMovedCopies(world: World): void {
  const stages = world.git('ls-files', '--unmerged', '-z').split('\0').filter(Boolean);
  const paths = stages.map((stage) => stage.slice(stage.indexOf('\t') + 1));
  for (const path of paths.filter((one) => paths.indexOf(one) === paths.lastIndexOf(one)))
    if ([...world.copies].some((copy) => basename(copy) === basename(path))) world.copies.add(path);
}

/** Resolves whatever is unmerged; what conflicts of Taggant's own stays as git left it, or becomes one side. */
function resolveConflicts(world: World, random: Random, isHooked = true): void {
  noteMovedCopies(world);
  const unmerged = new Set(
    world.git('diff', '--name-only', '-z', '--diff-filter=U').split('\0').filter(Boolean),
  );
  for (const path of unmerged) {
    if (isOwnFile(path)) {
      const source = sourcePathOf(path);
      if (source !== null && !unmerged.has(source)) world.counts.sidecarConflicts++;
      const side = random.below(world.mode === 'none' ? 4 : 1);
      if (side === 1) world.tryGit(['checkout', '--ours', '--', path]);
      if (side === 2) world.tryGit(['checkout', '--theirs', '--', path]);
    } else if (world.has(path)) world.write(path, resolved(world.read(path), random));
    const source = isOwnFile(path) ? sourcePathOf(path) : path;
    if (!isHooked && source !== null && world.has(source)) {
      world.oracle.excuse(world.read(source), 'stop');
      // The sidecar is of the picked commit's own text: whoever takes back what becomes of that commit takes all its marks away.
      if (isOwnFile(path)) world.oracle.excuse(world.tryGit(['show', `REBASE_HEAD:${source}`]).out, 'stop');
    }
    const isKept = world.has(path) && (isOwnFile(path) || random.chance(0.9));
    world.tryGit(isKept ? ['add', '--', path] : ['rm', '-q', '-f', '--', path]);
  }
  if (!isHooked && [...unmerged].some(isOwnFile)) excuseTakenSidecars(world);
}

/** Git takes a sidecar for renamed to another one, with which it conflicts: the file that it was of is without one after such a stop. */
function excuseTakenSidecars(world: World): void {
  const options = ['--cached', '--no-renames', '--name-only', '-z', '--diff-filter=D'];
  for (const own of world
    .git('diff', ...options, '--', '.taggant/tags')
    .split('\0')
    .filter(Boolean)) {
    const source = sourcePathOf(own);
    if (source !== null && world.has(source)) world.oracle.excuse(world.read(source), 'stop');
  }
}

/** As `taggant sync` and `git add .taggant` do. */
async function syncAndStage(world: World): Promise<void> {
  world.log.push('taggant sync');
  await fixSync(world.repo);
  world.git('add', '-A', '--', '.taggant');
}

const MOST_STOPS = 12;

/** Goes on with a rebase that has stopped, until it is done; git runs no `pre-commit` there. */
async function finishRebase(world: World, random: Random, atStop: Step = async () => {}): Promise<void> {
  for (let stops = 0; isMerging(world, 'rebase-merge', 'rebase-apply'); stops++) {
    if (stops > MOST_STOPS) {
      world.tryGit(['rebase', '--abort']);
      return;
    }
    const conflicts = world.git('diff', '--name-only', '--diff-filter=U') !== '';
    // Git runs no hook for what follows; three of four people do as docs/git.md says.
    const how = world.mode === 'none' ? 'leave' : random.pick(['sync', 'sync', 'commit', 'leave'] as const)!;
    resolveConflicts(world, random, how !== 'leave');
    if (how === 'sync' && conflicts) await syncAndStage(world);
    if (how === 'commit' && conflicts && (await world.commit('--no-edit'))) await world.check(true);
    if (!conflicts) await atStop(world, random);
    if (
      !world.tryGit(['rebase', '--continue']).ok &&
      world.git('diff', '--name-only', '--diff-filter=U') === ''
    )
      if (isMerging(world, 'rebase-merge')) world.tryGit(['rebase', '--skip']);
  }
  await world.check(false);
}

/** What a person does before most of these: commit, stash or leave it. */
async function tidy(world: World, random: Random): Promise<void> {
  if (random.chance(0.7) && world.isDirty()) await commitAll(world, random);
}

const branches = (world: World) =>
  world.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').trim().split('\n');
const otherBranch = (world: World, random: Random) => {
  const names = world.git('for-each-ref', '--format=%(HEAD)%(refname:short)', 'refs/heads').split('\n');
  return random.pick(names.filter((name) => name.startsWith(' ')).map((name) => name.slice(1)));
};
const ancestor = (world: World, random: Random, most = 3) =>
  random.pick(
    [
      ...world
        .git('rev-list', '--first-parent', '-n', String(most), 'HEAD', `^${world.first}`)
        .split('\n')
        .filter(Boolean),
      world.first,
    ]
      .slice(0, most + 1)
      .slice(1),
  );

export const branch: Step = async (world, random) => {
  const name = `b${random.below(3)}`;
  const from = (random.chance(0.5) && ancestor(world, random)) || 'HEAD';
  await tidy(world, random);
  if (branches(world).includes(name)) return;
  if (world.tryGit(['switch', '-q', '-c', name, from]).ok && from !== 'HEAD') excuseNewFiles(world);
  await world.check(false);
};

export const switchBranch: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  await tidy(world, random);
  if (!world.tryGit(['switch', '-q', other]).ok) return;
  excuseNewFiles(world);
  await world.check(false);
};

export const merge: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  await tidy(world, random);
  const how = random.pick([[], ['--no-ff']])!;
  if (world.tryGit(['merge', '-q', '--no-edit', ...how, other]).ok) return world.check(false);
  if (!isMerging(world, 'MERGE_HEAD')) return;
  resolveConflicts(world, random);
  if (await world.commit('--no-edit')) await world.check(world.mode !== 'none');
};

/** Squashed here, with the hook. */
export const squashHere: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  await tidy(world, random);
  world.tryGit(['merge', '-q', '--squash', other]);
  resolveConflicts(world, random);
  if (await world.commit('-m', 'squashed')) await world.check(world.mode !== 'none');
};

export const rebase: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  await tidy(world, random);
  world.tryGit(['rebase', '-q', other]);
  await finishRebase(world, random);
};

/** Rewrites the last commits by a script for the list that git would open in an editor. */
async function interactive(world: World, random: Random, script: string, atStop?: Step): Promise<void> {
  const base = ancestor(world, random, 4);
  if (base === undefined) return;
  await tidy(world, random);
  world.log.push(`todo: ${script}`);
  world.tryGit(['rebase', '-q', '-i', base], { env: { GIT_SEQUENCE_EDITOR: `perl -i -ne '${script}'` } });
  await finishRebase(world, random, atStop);
}

export const reorder: Step = (world, random) =>
  interactive(
    world,
    random,
    'if (/^pick/) { push @l, $_ } else { print reverse(@l), $_; @l = () } print reverse @l if eof',
  );
export const drop: Step = (world, random) =>
  interactive(world, random, `print unless $. == ${1 + random.below(2)} && /^pick/`);
export const squash: Step = (world, random) =>
  interactive(world, random, `s/^pick/${random.pick(['squash', 'fixup'])}/ if $. > 1; print`);
export const editCommits: Step = (world, random) =>
  interactive(world, random, 's/^pick/edit/ if $. == 1; print', async (at, choice) => {
    await accept(at, choice);
    at.git('add', '-A');
    await at.commit(...(choice.chance(0.5) ? ['--amend', '--no-edit'] : ['-m', 'between']));
  });

export const autosquash: Step = async (world, random) => {
  const target = ancestor(world, random, 3);
  if (target === undefined || target === world.first) return;
  world.git('add', '-A');
  if (!(await world.commit(`--fixup=${target}`))) return;
  await world.check(world.mode !== 'none');
  world.tryGit(['rebase', '-q', '-i', '--autosquash', `${target}^`], {
    env: { GIT_SEQUENCE_EDITOR: 'true' },
  });
  await finishRebase(world, random);
};

async function applied(world: World, random: Random, command: 'cherry-pick' | 'revert'): Promise<void> {
  const head = command === 'revert' ? 'REVERT_HEAD' : 'CHERRY_PICK_HEAD';
  if (!isMerging(world, head)) return world.check(false);
  resolveConflicts(world, random);
  if (await world.commit('--no-edit', '--allow-empty')) await world.check(world.mode !== 'none');
}

export const cherryPick: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  const commit = random.pick(
    world.git('rev-list', '--no-merges', '-n', '5', other, '^HEAD').trim().split('\n').filter(Boolean),
  );
  if (commit === undefined) return;
  await tidy(world, random);
  world.tryGit(['cherry-pick', commit]);
  await applied(world, random, 'cherry-pick');
};

export const revert: Step = async (world, random) => {
  const commit = random.pick(
    world.git('rev-list', '--no-merges', '-n', '4', 'HEAD', `^${world.first}`).split('\n').filter(Boolean),
  );
  if (commit === undefined) return;
  await tidy(world, random);
  world.tryGit(['revert', '--no-edit', commit]);
  await applied(world, random, 'revert');
};

export const reset: Step = async (world, random) => {
  const to = random.chance(0.3) ? 'HEAD' : ancestor(world, random);
  if (to === undefined) return;
  world.tryGit(['reset', '-q', random.pick(['--soft', '--mixed', '--hard', '--keep'])!, to]);
  excuseNewFiles(world);
};

export const stash: Step = async (world, random) => {
  world.tryGit(['stash', 'push', '-q', ...random.pick([[], ['-u'], ['--keep-index']])!]);
  excuseNewFiles(world);
};

export const stashPop: Step = async (world, random) => {
  if (world.git('stash', 'list') === '') return;
  if (world.tryGit(['stash', random.pick(['pop', 'apply'])!, ...random.pick([[], ['--index']])!]).ok) return;
  const conflicts = world.git('diff', '--name-only', '-z', '--diff-filter=U').split('\0').filter(Boolean);
  resolveConflicts(world, random);
  if (conflicts.length === 0 || !random.chance(0.5)) return;
  world.tryGit(['stash', 'drop', '-q']);
  for (const path of conflicts)
    if (!isOwnFile(path) && world.has(path)) world.dropped.set(path, world.read(path));
};

/** Takes a file as it was, with its sidecar or, as people do, without. */
export const checkoutFile: Step = async (world, random) => {
  const path = random.pick(world.files());
  const from = ancestor(world, random);
  if (path === undefined || from === undefined) return;
  const own = sidecarPath(path);
  const isWhole = random.chance(0.5) && world.tryGit(['cat-file', '-e', `${from}:${own}`]).ok;
  if (!world.tryGit(['checkout', '-q', from, '--', path, ...(isWhole ? [own] : [])]).ok) return;
  const text = world.read(path);
  if (isWhole && readSidecar(parseSidecar(world.read(own)), text)) return;
  const head = world.tryGit(['show', `HEAD:${path}`]).out;
  // Where HEAD's sidecar went with what was saved last, it might be what somebody without Taggant made of that.
  const isGone = !world.has(own) && world.tryGit(['cat-file', '-e', `HEAD:${own}`]).ok;
  if (
    isGone &&
    text !== head &&
    (await savedSidecar(world.repo, { path, previousPath: path }, text)) === undefined
  )
    world.oracle.excuse(text, 'version');
  // Marks of then are in history only, and nobody looks for them there; those of lines that HEAD has too stay.
  const kept = new Set(linesOf(head).map((line) => line.text.trim()));
  for (const line of linesOf(text))
    if (!kept.has(line.text.trim())) world.oracle.excuse(line.text, 'version');
};

/** Merges a branch in a bare repository, where there is neither hook nor driver, and fetches what became of it. */
export const forgeSquash: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  world.git('add', '-A');
  if (await world.commit('-m', 'before')) await world.check(world.mode !== 'none');
  const bare = mkdtempSync(join(world.template.folder, 'bare-'));
  try {
    world.git('clone', '-q', '--bare', '--shared', world.root, bare);
    const merged = world.tryGit(['-C', bare, 'merge-tree', '--write-tree', 'HEAD', other]);
    if (!merged.ok) return;
    const tree = merged.out.split('\n')[0]!;
    const parents = random.chance(0.7) ? ['-p', 'HEAD'] : ['-p', 'HEAD', '-p', other];
    const commit = world.git('-C', bare, 'commit-tree', '-m', 'merged by the forge', ...parents, tree).trim();
    world.git('-C', bare, 'update-ref', 'refs/heads/merged', commit);
    world.git('fetch', '-q', bare, 'merged');
    world.git('reset', '-q', '--hard', commit);
    await world.check(false);
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
};

const PLAIN_DRIVER = 'merge.taggant.driver=git merge-file -q %A %O %B';

/** A branch put on top of another commit by commit, as a forge does it: not at all when there is a conflict. */
export const forgeRebase: Step = async (world, random) => {
  const other = otherBranch(world, random);
  if (other === undefined) return;
  world.git('add', '-A');
  if (await world.commit('-m', 'before')) await world.check(world.mode !== 'none');
  if (world.tryGit(['-c', PLAIN_DRIVER, 'rebase', '-q', other]).ok) await world.check(false);
  else world.tryGit(['rebase', '--abort']);
};
