import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Nothing of this machine's git configuration, and nothing of an agent's or a hook's environment, reaches the tests. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (
      /^(GIT_|AI_|CLAUDE|CODEX|CURSOR|GEMINI|COPILOT|VSCODE|OPENCODE|AUGMENT|AMP_|ANTIGRAVITY|NODE_OPTIONS)/.test(
        name,
      )
    )
      continue;
    environment[name] = value;
  }
  return { ...environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** A real repository in a folder of its own, which goes with it. */
export class TestRepository {
  readonly root: string;

  constructor(name = 'repository', folder = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-test-')))) {
    this.root = join(folder, name);
    mkdirSync(this.root, { recursive: true });
    this.git('init', '-q', '-b', 'main');
    this.git('config', 'user.name', 'Ada Lovelace');
    this.git('config', 'user.email', 'ada@example.com');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.root,
      env: cleanEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Like `git`, where it may fail; no editor opens. */
  attempt(
    args: readonly string[],
    options: { readonly cwd?: string; readonly env?: Record<string, string>; readonly input?: string } = {},
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const { cwd = this.root, env, input } = options;
    return spawnSync('git', args, {
      cwd,
      env: { ...cleanEnvironment(), GIT_EDITOR: 'true', ...env },
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    });
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** As `read`; null when the file is not there. */
  find(path: string): string | null {
    return existsSync(this.path(path)) ? this.read(path) : null;
  }

  /** A file of the index (`''`) or of a revision; null when it is not there. */
  show(revision: string, path: string): string | null {
    try {
      return this.git('show', `${revision}:${path}`);
    } catch {
      return null;
    }
  }

  commitAll(message = 'A commit'): void {
    this.git('add', '-A');
    this.git('commit', '-q', '--no-verify', '-m', message);
  }

  remove(): void {
    rmSync(dirname(this.root), { recursive: true, force: true });
  }
}
