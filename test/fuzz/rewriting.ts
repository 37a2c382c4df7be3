/** Steps in which a whole repository becomes another one, and what else people do to files besides git's everyday. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { linesOf, newPath } from './editing';
import { commitAll } from './history';
import type { Step } from './steps';
import type { World } from './world';

const branchesOf = (world: World) =>
  world.git('for-each-ref', '--format=%(refname)', 'refs/heads').trim().split('\n');

/** A new file that git is told of, and not given. */
export const intendToAdd: Step = async (world, random) => {
  const path = random.pick(
    world
      .git('ls-files', '-z', '-o', '--exclude-standard')
      .split('\0')
      .filter((one) => one.endsWith('.ts')),
  );
  if (path !== undefined) world.git('add', '-N', '--', path);
};

/** Somebody without Taggant puts some lines of a file into a new one and commits both. */
export const splitOutside: Step = async (world, random) => {
  if (world.isDirty()) await commitAll(world, random);
  const path = random.pick(world.files());
  if (path === undefined || world.isDirty()) return;
  const lines = linesOf(world.read(path));
  const first = random.below(lines.length - 2);
  const moved = lines.slice(first, first + 3 + random.below(6));
  if (moved.length === 0) return;
  const cut = moved.map(({ text }) => text).join('');
  // Lines that say less than forty letters are found in other files by chance.
  if ((cut.match(/[\p{L}\d]/gu)?.length ?? 0) < 40) world.oracle.excuse(cut, 'changed');
  world.oracle.moved(cut);
  if (world.copies.has(path)) world.oracle.excuse(cut, 'copy');
  const to = newPath(world, random);
  world.log.push(`split ${moved.length} lines of ${path} off to ${to} without Taggant`);
  world.write(to, cut);
  world.write(
    path,
    lines
      .filter((line) => !moved.includes(line))
      .map(({ text }) => text)
      .join(''),
  );
  await commitAll(world, random);
};

/** The history before one of the last commits goes, as in a shallow clone in which work goes on. */
export const shallow: Step = async (world, random) => {
  if (world.git('rev-list', '--merges', 'HEAD', ...branchesOf(world)) !== '') return;
  if (world.git('stash', 'list') !== '' || world.isDirty()) return;
  const boundary = random.pick(
    world.git('rev-list', '-n', '3', 'HEAD', `^${world.first}`).split('\n').filter(Boolean),
  );
  if (boundary === undefined) return;
  for (const name of branchesOf(world))
    if (!world.tryGit(['merge-base', '--is-ancestor', boundary, name]).ok) return;
  // What text and sidecar last agreed on may be gone with the history before.
  for (const path of world.git('ls-tree', '-r', '-z', '--name-only', boundary).split('\0')) {
    if (!path.endsWith('.ts')) continue;
    const text = world.git('show', `${boundary}:${path}`);
    const sidecar = world.tryGit(['show', `${boundary}:${sidecarPath(path)}`]);
    if (!sidecar.ok || !readSidecar(parseSidecar(sidecar.out), text)) world.oracle.excuse(text, 'cut');
  }
  appendFileSync(join(world.repo.commonDir, 'shallow'), `${boundary}\n`);
  world.git('reflog', 'expire', '--expire=now', '--all');
  world.git('prune', '--expire=now');
  world.first = boundary;
};

/** The whole history with all files in a folder, as `git filter-repo` and its like write it. */
export const intoFolder: Step = async (world, random) => {
  if (world.isDirty()) await commitAll(world, random);
  if (world.isDirty() || world.has('all') || world.git('stash', 'list') !== '') return;
  if (world.tryGit(['rev-parse', '--is-shallow-repository']).out.trim() === 'true') return;
  const moved = (path: string) => {
    const own = /^("?)\.taggant\/tags\/(.*)$/s.exec(path);
    if (own) return `${own[1]}.taggant/tags/all/${own[2]}`;
    return /^"?\.(taggant|git)/.test(path) ? path : path.replace(/^"?/, '$&all/');
  };
  const { out } = world.tryGit(['fast-export', '--no-data', '--branches']);
  const stream = out
    .replace(/^(M \d+ [0-9a-f]+ )(.*)$/gm, (_all, start: string, path: string) => start + moved(path))
    .replace(/^D (.*)$/gm, (_all, path: string) => `D ${moved(path)}`);
  if (!world.tryGit(['fast-import', '--quiet', '--force'], { input: stream }).ok) return;
  world.git('reset', '-q', '--hard');
  for (const path of [...world.copies]) world.copies.add(`all/${path}`);
  world.first = world.git('rev-list', '--max-parents=0', 'HEAD').trim();
  world.log.push('everything is in a folder now');
  await world.check(false);
};
