/** What a repository is from its beginning on: how its lines end, and whether its working tree is a linked one. */
import { join } from 'node:path';
import { openRepository } from '../../src/repo/git';
import type { Step } from './steps';
import type { World } from './world';

/** Lines end in CRLF on disk and in LF in git, as the clone's own configuration says. */
export const autocrlf: Step = async (world) => {
  if (!isFresh(world)) return;
  world.git('config', 'core.autocrlf', 'true');
  checkOutAnew(world);
};

/** The same, as the repository says. */
export const eolAttribute: Step = async (world) => {
  if (!isFresh(world)) return;
  world.write(
    '.gitattributes',
    `${world.has('.gitattributes') ? world.read('.gitattributes') : ''}*.ts text eol=crlf\n`,
  );
  amendFirst(world);
  checkOutAnew(world);
};

/** Lines end in CRLF in git too. */
export const crlfInGit: Step = async (world) => {
  if (!isFresh(world)) return;
  for (const path of world.files()) world.write(path, world.read(path).replaceAll('\n', '\r\n'));
  world.eol = '\r\n';
  amendFirst(world);
};

/** Everything happens in a linked working tree. */
export const linkedTree: Step = async (world) => {
  if (!isFresh(world)) return;
  const tree = `${world.home}-linked`;
  world.git('checkout', '-q', '--detach');
  world.git('worktree', 'add', '-q', tree, 'main');
  world.repo = await openRepository(tree);
};

/** Nothing has happened yet. */
function isFresh(world: World): boolean {
  return world.eol === '\n' && world.root === world.home && world.head() === world.first && !world.isDirty();
}

function amendFirst(world: World): void {
  world.git('add', '-A');
  world.git('commit', '-q', '--no-verify', '--amend', '-m', 'first');
  world.first = world.head();
  world.checked.add(world.first);
}

function checkOutAnew(world: World): void {
  for (const path of world.files()) world.delete(join(path));
  world.git('checkout', '-q', '--', '.');
  world.eol = '\r\n';
}
