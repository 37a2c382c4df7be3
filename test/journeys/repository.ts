import { spawn } from 'node:child_process';
import { cleanEnvironment, TestRepository } from '../support/repository';

export interface GitResult {
  /** Exit code; 1 is what a refusing hook makes of a commit. */
  code: number;
  stdout: string;
  stderr: string;
}

/** A throw-away repository for one journey, in a path with a space and a letter outside ASCII. */
export class JourneyRepository extends TestRepository {
  /** With `files` in a first commit; without any, on an unborn branch. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    super('the shöp');
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    if (Object.keys(files).length > 0) this.commitAll('Start');
  }

  /**
   * Runs a command there as a terminal outside the editor would, without holding this process up: while a hook waits
   * for an answer, the journey has a dialog to press. Never throws for an exit code.
   */
  run(command: string, ...args: string[]): Promise<GitResult> {
    const child = spawn(command, args, {
      cwd: this.root,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result: GitResult = { code: 0, stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      result.stdout += data;
    });
    child.stderr.on('data', (data) => {
      result.stderr += data;
    });
    return new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code) => done({ ...result, code: code ?? -1 }));
    });
  }
}
