import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { gitCommand, gitProblem, type Repository, startProblem } from './git';
import { Problem } from './problem';

export interface GitObject {
  readonly id: string;
  readonly type: string;
  /** Bytes of the object, also when `content` was not kept. */
  readonly size: number;
  /** Null when the object is larger than the reader's limit. */
  readonly content: Buffer | null;
}

interface Waiting {
  done(object: GitObject | null): void;
  fail(problem: Error): void;
}

/**
 * Reads objects of a repository through one `git cat-file --batch` process, which starts with the first question
 * and lives until `dispose`. Questions may be asked without waiting for earlier answers. `:path` is answered from
 * the index as it was when the process first looked at it.
 */
export class ObjectReader {
  private child: ChildProcessWithoutNullStreams | null = null;
  private readonly waiting: Waiting[] = [];
  private chunks: Buffer[] = [];
  private buffered = 0;
  /** Header of the object whose content is being received. */
  private current: { id: string; type: string; size: number } | null = null;
  /** Content bytes of a too large object that are still to be thrown away, its final line feed included. */
  private skip = 0;
  private errors = '';
  private disposed = false;

  /** @param limit largest object, in bytes, whose content is kept */
  constructor(
    private readonly repository: Repository,
    private readonly limit: number,
  ) {}

  /** The object of that name (`<id>`, `HEAD:path`, `:path`), or null when there is none. */
  read(name: string): Promise<GitObject | null> {
    if (/[\n\0]/.test(name)) return Promise.resolve(null);
    return new Promise((done, fail) => {
      if (this.disposed) {
        fail(new Problem('git', 'This reader of git objects is closed.'));
        return;
      }
      this.waiting.push({ done, fail });
      this.start().stdin.write(`${name}\n`);
    });
  }

  /** Ends the process once it has answered; nobody has to wait for that. */
  dispose(): void {
    this.disposed = true;
    const { child } = this;
    if (!child) return;
    child.stdin.end();
    child.unref();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket).unref();
  }

  private start(): ChildProcessWithoutNullStreams {
    if (this.child) return this.child;
    const command = gitCommand(this.repository, ['cat-file', '--batch']);
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: 'pipe',
      windowsHide: true,
    });
    this.child = child;
    child.stdin.on('error', () => {}); // the exit below says why
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.errors.length < 4096) this.errors += chunk.toString('utf8');
    });
    child.stdout.on('data', (chunk: Buffer) => this.receive(chunk));
    child.once('error', (error) => this.failAll(startProblem(error)));
    child.once('close', (code) => {
      this.child = null;
      this.failAll(gitProblem(['cat-file'], this.errors, code ?? 128));
    });
    return child;
  }

  private failAll(error: Error): void {
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    while (this.step());
  }

  /** Takes one header or one content from what has arrived; false when more is needed. */
  private step(): boolean {
    if (this.skip > 0) {
      const taken = this.take(Math.min(this.skip, this.buffered));
      this.skip -= taken.length;
      if (this.skip > 0) return false;
      this.answer(null);
      return true;
    }
    if (this.current) {
      if (this.buffered < this.current.size + 1) return false;
      this.answer(this.take(this.current.size + 1).subarray(0, -1));
      return true;
    }
    const end = this.lineEnd();
    if (end < 0) return false;
    const header = this.take(end + 1).toString('utf8');
    const match = /^([0-9a-f]{40,64}) (\w+) (\d+)\n$/.exec(header);
    if (!match) {
      this.waiting.shift()?.done(null); // "<name> missing" and its like
      return true;
    }
    this.current = { id: match[1]!, type: match[2]!, size: Number(match[3]) };
    if (this.current.size > this.limit) this.skip = this.current.size + 1;
    return true;
  }

  private answer(content: Buffer | null): void {
    const header = this.current!;
    this.current = null;
    this.waiting.shift()?.done({ ...header, content });
  }

  private lineEnd(): number {
    let before = 0;
    for (const chunk of this.chunks) {
      const at = chunk.indexOf(10);
      if (at >= 0) return before + at;
      before += chunk.length;
    }
    return -1;
  }

  private take(length: number): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks = all.length > length ? [all.subarray(length)] : [];
    this.buffered -= length;
    return all.subarray(0, length);
  }
}
