import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InitReport, initRepository } from '../../src/engine/init';
import { openRepository, type Repository } from '../../src/repo/git';
import { cleanEnvironment, TestRepository } from './repository';

const SCRIPTS = fileURLToPath(new URL('../../media/hooks', import.meta.url));

/** One run of the program in the place of Taggant's own. */
export interface Call {
  readonly args: string[];
  readonly cwd: string;
  readonly node: string;
  readonly electron: string | null;
  readonly nodeOptions: string | null;
  readonly pid: number;
}

const PROGRAM = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const here = __dirname;
appendFileSync(here + '/calls', JSON.stringify({
  args: process.argv.slice(2), cwd: process.cwd(), node: process.execPath, pid: process.pid,
  electron: process.env.ELECTRON_RUN_AS_NODE ?? null, nodeOptions: process.env.NODE_OPTIONS ?? null,
}) + '\\n');
const answer = existsSync(here + '/answer') ? readFileSync(here + '/answer', 'utf8') : '0';
if (answer === 'wait') setInterval(() => {}, 1000);
else if (answer === 'crash') process.abort();
else { if (answer !== '0') console.error('Held back.'); process.exitCode = Number(answer); }
`;

/** A repository whose hook calls a program that writes down how it was called and answers what the test wants. */
export class HookedRepository extends TestRepository {
  readonly program: string;

  constructor(name = 'a repository ü') {
    super(name);
    const installation = join(dirname(this.root), 'the program ü');
    mkdirSync(join(installation, 'dist'), { recursive: true });
    cpSync(SCRIPTS, join(installation, 'media', 'hooks'), { recursive: true });
    this.program = join(installation, 'dist', 'cli.js');
    writeFileSync(this.program, PROGRAM);
  }

  open(): Promise<Repository> {
    return openRepository(this.root);
  }

  /** Runs the real `init`, of an installation whose program is the test's. */
  async init(options: { undo?: boolean; gitVersion?: string } = {}): Promise<InitReport> {
    const { undo = false, gitVersion } = options;
    const opened = await this.open();
    const repo = gitVersion ? { ...opened, gitVersion } : opened;
    const confirm = async () => true;
    return initRepository(repo, { undo, confirm, cliPath: this.program, nodePath: process.execPath });
  }

  /** Only the check, without `init`'s files in the tree. */
  installCheck(): string {
    const folder = this.path('.git', 'taggant');
    mkdirSync(folder, { recursive: true });
    const check = join(folder, 'pre-commit');
    writeFileSync(check, readFileSync(join(SCRIPTS, 'pre-commit.sh')));
    chmodSync(check, 0o755);
    this.setRuntime(process.execPath, this.program);
    return check;
  }

  /** A hook that is nothing but the check, with this program. */
  installHook(program: string): void {
    const check = this.installCheck();
    this.setRuntime(process.execPath, program);
    this.writeHook('.git/hooks/pre-commit', `#!/bin/sh\nexec "${check}"\n`);
  }

  setRuntime(node: string, program: string): void {
    writeFileSync(this.path('.git', 'taggant', 'runtime'), `${node}\n${program}\n`);
  }

  answer(answer: '0' | '1' | '2' | 'wait' | 'crash'): void {
    writeFileSync(join(dirname(this.program), 'answer'), answer);
  }

  /** The runs since the last look. */
  calls(): Call[] {
    const file = join(dirname(this.program), 'calls');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (!text.endsWith('\n')) return []; // being written
    rmSync(file);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Call);
  }

  writeHook(path: string, text: string, mode = 0o755): void {
    this.write(path, text);
    chmodSync(this.path(path), mode);
  }

  run(
    command: readonly string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): SpawnSyncReturns<string> {
    return spawnSync(command[0]!, command.slice(1), {
      cwd: options.cwd ?? this.root,
      env: { ...cleanEnvironment(), ...options.env },
      encoding: 'utf8',
    });
  }

  /** A real commit; true when it was made. */
  commit(
    args: readonly string[] = [],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): boolean {
    return this.run(['git', 'commit', '-q', '-m', 'x', ...args], options).status === 0;
  }
}
