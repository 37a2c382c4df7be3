import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { git, gitProblem, isOlder, openRepository } from '../../src/repo/git';
import { Problem, type ProblemKind } from '../../src/repo/problem';
import { TestRepository } from '../support/repository';

async function rejectsWith(promise: Promise<unknown>, kind: ProblemKind, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    assert.ok(!error.message.includes('\n'), 'one line');
    return true;
  });
}

/** Runs with another PATH whose only git is this script. */
async function withGit(script: string | null, act: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'taggant-git-'));
  const before = process.env.PATH;
  if (script !== null) {
    writeFileSync(join(folder, 'git'), script);
    chmodSync(join(folder, 'git'), 0o755);
  }
  process.env.PATH = script === null ? folder : [folder, before].join(delimiter);
  try {
    await act();
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
}

describe('openRepository', () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = new TestRepository('with space — ünïcode');
  });
  afterEach(() => repository.remove());

  it('opens an unborn branch from a folder below the root', async () => {
    mkdirSync(repository.path('a', 'b'), { recursive: true });
    const opened = await openRepository(repository.path('a', 'b'));
    assert.equal(opened.root, repository.root);
    assert.equal(opened.gitDir, repository.path('.git'));
    assert.equal(opened.commonDir, repository.path('.git'));
    assert.match(opened.gitVersion, /^\d+\.\d+/);
  });

  it('tells a linked worktree from its repository', async () => {
    repository.write('a', '');
    repository.commitAll();
    repository.git('worktree', 'add', '-q', '../linked');
    const opened = await openRepository(repository.path('..', 'linked'));
    assert.equal(opened.root, repository.path('..', 'linked'));
    assert.equal(opened.gitDir, repository.path('.git', 'worktrees', 'linked'));
    assert.equal(opened.commonDir, repository.path('.git'));
  });

  it('says that a folder is in no repository', async () => {
    await rejectsWith(openRepository(repository.path('..')), 'not-a-repository', /git init/);
  });

  it('says that a repository is bare', async () => {
    repository.git('init', '-q', '--bare', '../bare');
    await rejectsWith(openRepository(repository.path('..', 'bare')), 'bare', /bare repository/);
  });

  it('says that a git directory is no working tree', async () => {
    await rejectsWith(openRepository(repository.path('.git')), 'not-a-repository', /inside a git directory/);
  });

  it('says that git was not found', async () => {
    await withGit(null, () =>
      rejectsWith(openRepository(repository.root), 'no-git', /Git was not found.*2\.25/),
    );
  });

  if (process.platform !== 'win32') {
    it('says that git is too old', async () => {
      await withGit('#!/bin/sh\necho git version 2.24.4\n', () =>
        rejectsWith(openRepository(repository.root), 'old-git', /2\.24\.4.*2\.25/),
      );
    });

    it("passes on git's own sentence about a directory of somebody else's", async () => {
      process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER = '1';
      try {
        await rejectsWith(
          openRepository(repository.root),
          'unsafe-repository',
          /dubious ownership.*safe\.directory/,
        );
      } finally {
        delete process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER;
      }
    });
  }
});

describe('git variables of a hook', () => {
  let repository: TestRepository;
  let other: TestRepository;
  const before = { ...process.env };
  beforeEach(() => {
    repository = new TestRepository();
    other = new TestRepository();
  });
  afterEach(() => {
    for (const name of ['GIT_DIR', 'GIT_INDEX_FILE']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    repository.remove();
    other.remove();
  });

  it('are honoured for the repository of the hook and stripped for any other', async () => {
    repository.write('a', 'text');
    repository.git('add', 'a');
    repository.git('read-tree', '--index-output=.git/empty-index', '--empty');
    process.env.GIT_DIR = repository.path('.git');
    process.env.GIT_INDEX_FILE = join('.git', 'empty-index');
    const inHook = await openRepository(repository.root, { environment: process.env });
    assert.equal((await git(inHook, ['ls-files'])).toString(), '', 'reads the index the hook was given');
    const plain = await openRepository(repository.root);
    assert.equal((await git(plain, ['ls-files'])).toString(), 'a\n');
    assert.equal((await openRepository(other.root)).root, other.root);
  });
});

describe('git', () => {
  it("gives git's complaint in one line", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-git-')));
    await rejectsWith(
      git(folder, ['rev-parse', 'HEAD']),
      'git',
      /^"git rev-parse" failed: not a git repository/,
    );
    rmSync(folder, { recursive: true });
  });

  it('refuses an answer past the limit', async () => {
    await rejectsWith(git('/', ['--help'], { limit: 100 }), 'too-large', /larger than 100 bytes/);
  });

  it('names the lock of a locked index', () => {
    const problem = gitProblem(
      ['update-index'],
      "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother git process seems to be running",
      128,
    );
    assert.equal(problem.kind, 'locked');
    assert.match(problem.message, /"\/r\/\.git\/index\.lock" exists/);
  });
});

describe('isOlder', () => {
  it('compares numbers, not letters', () => {
    assert.ok(isOlder('2.9.5', '2.25'));
    assert.ok(!isOlder('2.25.0', '2.25'));
    assert.ok(!isOlder('3.0', '2.25'));
    assert.ok(isOlder('1.99', '2.25'));
  });
});
