import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { cleanEnvironment, type TestRepository } from './repository';

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line, bundled as it is shipped, with the scripts beside it that `init` installs. */
export class Program {
  private constructor(
    readonly file: string,
    private readonly folder: string,
  ) {}

  static async build(): Promise<Program> {
    const folder = mkdtempSync(join(tmpdir(), 'taggant-cli-'));
    const file = join(folder, 'dist', 'cli.js');
    cpSync(join(import.meta.dirname, '..', '..', 'media', 'hooks'), join(folder, 'media', 'hooks'), {
      recursive: true,
    });
    await build({
      entryPoints: [join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'error',
      outfile: file,
    });
    return new Program(file, folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  run(cwd: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run(process.execPath, [this.file, ...args], cwd, environment);
  }

  /** Has git call the hook of this program, and nothing else. */
  installHook(repository: TestRepository): void {
    const hook = repository.path('.git', 'hooks', 'pre-commit');
    const quoted = [process.execPath, this.file].map((path) => `"${path.replaceAll('\\', '/')}"`).join(' ');
    writeFileSync(hook, `#!/bin/sh\nexec ${quoted} hook pre-commit\n`);
    chmodSync(hook, 0o755);
  }
}

/** Runs a program to its end without blocking this process, which may have to answer it. `input` is its standard input. */
export function run(
  file: string,
  args: string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
  input?: string,
): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? -1, out, err }));
    // A program that reads nothing may be gone before it is told.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}
