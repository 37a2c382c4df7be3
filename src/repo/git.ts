import { spawn } from 'node:child_process';
import { access, lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode, Problem } from './problem';

/** The oldest git Taggant is made for (Ubuntu 20.04's). */
export const OLDEST_GIT = '2.25';

/** A repository with a working tree. All paths absolute. */
export interface Repository {
  readonly root: string;
  /** This working tree's git directory; differs from `commonDir` in a linked worktree. */
  readonly gitDir: string;
  readonly commonDir: string;
  readonly gitVersion: string;
  /** The git variables of the hook we run in (`GIT_INDEX_FILE`, …); git is called with them. */
  readonly hookVariables?: Readonly<Record<string, string>>;
}

export interface GitOptions {
  /** A promise is awaited while git starts; when it is rejected git gets nothing to read, and the call is rejected too. */
  input?: string | Buffer | Promise<string | Buffer>;
  env?: Record<string, string>;
  /** Exit codes other than 0 that are answers rather than failures. */
  allowExit?: number[];
  /** Most bytes of output to accept; more is a `Problem`. */
  limit?: number;
  /** Milliseconds after which git is stopped; what it has said by then is the answer. */
  within?: number;
}

const OUTPUT_LIMIT = 512 * 1024 * 1024;

/**
 * Variables by which git tells its children which repository they are in (`git rev-parse --local-env-vars`,
 * without those that carry configuration).
 */
const REPOSITORY_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_INTERNAL_SUPER_PREFIX',
];

/**
 * Git is started from a neutral directory and sent to the repository with `-C`: Windows looks for programs in
 * the current directory first, and a hostile repository may carry a `git.exe`.
 */
const NEUTRAL_DIRECTORY = process.platform === 'win32' ? dirname(process.execPath) : '/';

/** Program, arguments and options to start git in a directory or a repository, for callers that talk to it. */
export function gitCommand(
  where: string | Repository,
  args: readonly string[],
  env: Record<string, string> = {},
): { file: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv } {
  const inherited: NodeJS.ProcessEnv = { ...process.env };
  for (const name of REPOSITORY_VARIABLES) delete inherited[name];
  const repository = typeof where === 'string' ? null : where;
  return {
    file: 'git',
    args: ['-C', repository ? repository.root : (where as string), ...args],
    cwd: NEUTRAL_DIRECTORY,
    env: {
      ...inherited,
      GIT_OPTIONAL_LOCKS: '0',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
      LC_ALL: 'C',
      ...repository?.hookVariables,
      ...env,
    },
  };
}

/** The git variables of this process's environment: what a hook needs to speak of the commit being made. */
export function hookVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of REPOSITORY_VARIABLES) {
    const value = environment[name];
    if (value !== undefined && name !== 'GIT_PREFIX') variables[name] = value;
  }
  return variables;
}

interface Finished {
  code: number;
  stdout: Buffer;
  stderr: string;
}

function run(where: string | Repository, args: readonly string[], options: GitOptions): Promise<Finished> {
  const { input, env, limit = OUTPUT_LIMIT, within } = options;
  return new Promise((done, fail) => {
    const command = gitCommand(where, args, env);
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const out: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.once('error', (error) => fail(startProblem(error)));
    child.stdout!.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        child.kill();
        fail(new Problem('too-large', `Git's answer to "git ${args[0]}" is larger than ${limit} bytes.`));
      } else out.push(chunk);
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      if (errors.length < 65536) errors += chunk.toString('utf8');
    });
    // A child that ends before it has read everything closes the pipe; its exit code says why.
    child.stdin?.on('error', () => {});
    let isLate = false;
    const stop = () => {
      isLate = true;
      child.kill();
    };
    const timer = within === undefined ? undefined : setTimeout(stop, within);
    let refusal: { error: unknown } | null = null;
    if (input instanceof Promise) {
      input.then(
        (text) => child.stdin?.end(text),
        (error: unknown) => {
          refusal = { error };
          child.stdin?.end();
        },
      );
    } else child.stdin?.end(input);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (refusal) fail(refusal.error);
      else done({ code: isLate ? 0 : (code ?? 128), stdout: Buffer.concat(out), stderr: errors });
    });
  });
}

/**
 * Runs git and answers its output. `where` is a directory (variables of an outer repository are stripped), or a
 * repository (its hook's variables apply).
 * @throws Problem with git's own sentence when it exits with anything but 0 or one of `allowExit`.
 */
export async function git(
  where: string | Repository,
  args: string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const finished = await run(where, args, options);
  if (finished.code === 0 || options.allowExit?.includes(finished.code)) return finished.stdout;
  throw gitProblem(args, finished.stderr, finished.code);
}

/** What to say when git's program could not be started. */
export function startProblem(error: Error): Problem {
  if (errorCode(error) === 'ENOENT') {
    return new Problem(
      'no-git',
      `Git was not found. Install Git ${OLDEST_GIT} or newer and make sure that it is on your PATH.`,
      { cause: error },
    );
  }
  return new Problem('git', `Git could not be started (${errorCode(error) ?? error.message}).`, {
    cause: error,
  });
}

/** Git's complaint as a `Problem`; a locked index and a refused directory get their own kinds. */
export function gitProblem(args: readonly string[], stderr: string, code: number): Problem {
  const sentence = stderr
    .replace(/^(fatal|error): /gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  const lock = /Unable to create '(.+?\.lock)': File exists/.exec(sentence);
  if (lock) {
    return new Problem(
      'locked',
      `The index is locked: "${lock[1]}" exists. Wait until the other git command has finished; ` +
        'if none is running, delete that file and try again.',
    );
  }
  if (sentence.includes('safe.directory')) return new Problem('unsafe-repository', `Git says: ${sentence}`);
  const what = `"git ${args.find((arg) => !arg.startsWith('-')) ?? ''}"`;
  return new Problem(
    'git',
    sentence === '' ? `${what} failed with exit code ${code}.` : `${what} failed: ${sentence}`,
  );
}

/**
 * Opens the repository that holds `dir`. An unborn branch is fine.
 * @param options.environment pass the process's environment in a git hook, so that `GIT_INDEX_FILE` and
 *   `GIT_DIR` are honoured; without it such variables are ignored.
 * @param options.calledByGit git has opened the repository and runs us at its top: where that is plain to see no git
 *   is started. `gitVersion` is empty then.
 * @param options.bare a bare repository will do: its `root` is its git directory, and there is no working tree or index
 * @throws Problem `no-git`, `old-git`, `not-a-repository`, `bare`, `unsafe-repository`
 */
export async function openRepository(
  dir: string,
  options: { environment?: NodeJS.ProcessEnv; calledByGit?: boolean; bare?: boolean } = {},
): Promise<Repository> {
  const variables = options.environment ? hookVariables(options.environment) : {};
  const plain = options.calledByGit ? await plainRepository(dir, variables) : null;
  if (plain) return plain;
  const args = ['rev-parse', '--is-bare-repository', '--is-inside-work-tree', '--absolute-git-dir'];
  args.push('--git-common-dir', '--show-toplevel');
  const [version, answer] = await Promise.all([
    options.calledByGit ? null : run(dir, ['--version'], {}),
    run(dir, args, { env: variables }),
  ]);
  const gitVersion = /\d+\.\d+(\.\d+)*/.exec(version?.stdout.toString('utf8') ?? '')?.[0] ?? '';
  if (gitVersion !== '' && isOlder(gitVersion, OLDEST_GIT)) {
    throw new Problem(
      'old-git',
      `Git ${gitVersion} is too old: Taggant needs Git ${OLDEST_GIT} or newer. Please update Git.`,
    );
  }
  // Git prints what it can before it fails at the first question that has no answer here.
  const [bare, insideTree, gitDir, commonDir, root] = answer.stdout.toString('utf8').split('\n');
  if (options.bare && bare === 'true' && gitDir && commonDir) {
    const directory = resolve(gitDir);
    return { root: directory, gitDir: directory, commonDir: resolve(dir, commonDir), gitVersion };
  }
  if (answer.code !== 0 || !gitDir || !commonDir || !root) {
    if (bare === 'true') {
      throw new Problem(
        'bare',
        `"${dir}" is a bare repository, which has no files to mark. Use a clone with a working tree.`,
      );
    }
    if (insideTree === 'false') {
      throw new Problem('not-a-repository', `"${dir}" is inside a git directory, not in a working tree.`);
    }
    if (/not a git repository/.test(answer.stderr)) {
      throw new Problem(
        'not-a-repository',
        `"${dir}" is not in a Git repository. Run "git init" there first, or go to your project's folder.`,
      );
    }
    throw gitProblem(args, answer.stderr, answer.code);
  }
  return {
    root: resolve(root),
    gitDir: resolve(gitDir),
    // Relative to the directory the question was asked in.
    commonDir: resolve(dir, commonDir),
    gitVersion,
    ...absoluteVariables(variables, resolve(dir)),
  };
}

/** The repository git has called us in, when `dir` is its top and holds its git directory; else null. */
async function plainRepository(
  dir: string,
  variables: Readonly<Record<string, string>>,
): Promise<Repository | null> {
  // A git directory or a working tree somewhere else is told by variables, or by a `.git` that is a file.
  if (variables.GIT_DIR || variables.GIT_WORK_TREE || variables.GIT_COMMON_DIR) return null;
  try {
    const root = await realpath(dir);
    const gitDir = join(root, '.git');
    const [stat] = await Promise.all([
      lstat(gitDir),
      ...['HEAD', 'objects', 'refs'].map((name) => access(join(gitDir, name))),
    ]);
    if (!stat.isDirectory()) return null;
    return { root, gitDir, commonDir: gitDir, gitVersion: '', ...absoluteVariables(variables, root) };
  } catch {
    return null;
  }
}

/** Hook variables may be relative to the directory git started the hook in; later calls run elsewhere. */
function absoluteVariables(
  variables: Readonly<Record<string, string>>,
  base: string,
): Pick<Repository, 'hookVariables'> {
  if (Object.keys(variables).length === 0) return {};
  const absolute = { ...variables };
  for (const name of [
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_INDEX_FILE',
    'GIT_COMMON_DIR',
    'GIT_OBJECT_DIRECTORY',
  ]) {
    const value = absolute[name];
    if (value !== undefined) absolute[name] = resolve(base, value);
  }
  return { hookVariables: absolute };
}

/** True when dotted version `a` comes before `b`, compared as far as `b` goes. */
export function isOlder(a: string, b: string): boolean {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < right.length; i++) {
    if ((left[i] ?? 0) !== right[i]!) return (left[i] ?? 0) < right[i]!;
  }
  return false;
}
