import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contribution, contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, POLICY_PATH, sidecarPath, VERSION_PATH } from '../../src/core/layout';
import type { Label } from '../../src/core/marks';
import { serialiseSidecar, versionText } from '../../src/core/sidecar';
import type { Statement } from '../../src/core/statements';
import { guardrailFile } from '../../src/engine/guardrailChanges';
import { readMarkedFile } from '../../src/engine/markedFile';
import { writeStatement } from '../../src/engine/review';
import { openRepository } from '../../src/repo/git';
import { signingKey } from '../../src/repo/sshKeys';
import { marked } from './marking';
import { type Finished, type Program, run } from './program';
import { cleanEnvironment, TestRepository } from './repository';

/** A person with a git identity, an SSH key and a clone. */
export interface Person {
  readonly name: string;
  readonly email: string;
  /** The private key's file. */
  readonly key: string;
  /** `ssh-ed25519 AAAA…`, as it stands in a list of allowed signers. */
  readonly publicKey: string;
}

/** Where a team pushes to: a bare repository, its people's clones, and CI, which knows nothing but the pushed commits. */
export class Forge {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-forge-')));
  readonly origin = join(this.folder, 'origin.git');

  constructor(private readonly program: Program) {
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', this.origin], { env: cleanEnvironment() });
  }

  person(name: string): Person {
    const email = `${name.toLowerCase()}@example.com`;
    const key = join(this.folder, `${name.toLowerCase()}.key`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', email, '-f', key]);
    const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    return { name, email, key, publicKey };
  }

  /** A clone of the person's own, whose key signs; commits in it are checked, unless `hook` is `none`. */
  clone(person: Person, hook: 'plain' | 'none' = 'plain'): Clone {
    const clone = new Clone(this, this.program, person);
    if (hook === 'plain') this.program.installHook(clone);
    return clone;
  }

  /** What CI says of a range of pushed commits, in a fresh clone of which nothing is set up. */
  async ci(base: string, head: string, ...args: string[]): Promise<CiResult> {
    const checkout = mkdtempSync(join(this.folder, 'ci-'));
    execFileSync('git', ['clone', '-q', this.origin, checkout], { env: cleanEnvironment() });
    const finished = await this.program.run(checkout, [
      'check',
      '--range',
      `origin/${base}..origin/${head}`,
      '--json',
      ...args,
    ]);
    const json = finished.out.startsWith('{') ? (JSON.parse(finished.out) as CiResult['json']) : null;
    return { ...finished, json, kinds: [...new Set(json?.findings.map(({ kind }) => kind))].sort() };
  }

  /** Merges as a forge does: in a clone of its own, without hook or driver. */
  squash(branch: string, message: string): void {
    const merging = mkdtempSync(join(this.folder, 'merge-'));
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Forge', '-c', 'user.email=forge@example.com', ...args], {
        cwd: merging,
        env: cleanEnvironment(),
      });
    git('clone', '-q', this.origin, '.');
    git('merge', '-q', '--squash', `origin/${branch}`);
    git('commit', '-q', '-m', message);
    git('push', '-q', 'origin', 'HEAD:main');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface CiResult extends Finished {
  readonly json: {
    readonly findings: {
      kind: string;
      path: string;
      rule: string;
      message: string;
      remedy: string;
      clearance?: string;
      rejected?: string[];
    }[];
    readonly notices?: string[];
    readonly problems?: string[];
    readonly summary: Record<string, number>;
  } | null;
  /** The kinds of findings, sorted, each once. */
  readonly kinds: readonly string[];
}

/** One person's clone. */
export class Clone extends TestRepository {
  constructor(
    forge: Forge,
    private readonly program: Program,
    readonly person: Person,
  ) {
    super(person.name);
    this.git('remote', 'add', 'origin', forge.origin);
    this.git('config', 'user.name', person.name);
    this.git('config', 'user.email', person.email);
    this.git('config', 'gpg.format', 'ssh');
    this.git('config', 'user.signingKey', person.key);
    this.git('fetch', '-q', 'origin');
    if (this.git('branch', '-r', '--list', 'origin/main').trim())
      this.git('reset', '-q', '--hard', 'origin/main');
  }

  taggant(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.program.run(this.root, args, environment);
  }

  commit(message: string, ...args: string[]): Promise<Finished> {
    return run('git', ['commit', '-q', '-m', message, ...args], this.root);
  }

  /** Writes a policy with the rules, and who may sign. */
  writeGuardrails(policy: object, signers: readonly Person[]): void {
    this.write(POLICY_PATH, JSON.stringify({ version: 1, ...policy }, null, 2));
    const lines = signers.map(({ email, publicKey }) => `${email} namespaces="taggant" ${publicKey}\n`);
    this.write('.taggant/allowed_signers', lines.join(''));
  }

  /** Signs the marked text of files, asked nothing, as nobody who goes through the command line could. */
  async sign(
    paths: readonly string[],
    who = `${this.person.name} <${this.person.email}>`,
    kind: 'review' | 'declare' = 'review',
  ): Promise<Statement> {
    const repo = await openRepository(this.root);
    const texts = await Promise.all(paths.map((path) => readMarkedFile(repo, path)));
    const by = { who, time: new Date(), key: await signingKey(repo), why: 'So it is.' };
    const statement = await writeStatement(repo, kind, texts, by);
    if (!statement) throw new Error('there is nothing to sign');
    return statement;
  }

  /** Signs a guardrail file as it is now, asked nothing. */
  async signWhole(path: string, why = 'Read.'): Promise<void> {
    const repo = await openRepository(this.root);
    const who = `${this.person.name} <${this.person.email}>`;
    const by = { who, time: new Date(), key: await signingKey(repo), why };
    await writeStatement(repo, 'review', [await guardrailFile(repo, path)], by);
  }

  /** Commits everything as it is, past the hook, and pushes it to a branch. */
  push(branch: string, message = 'Change'): void {
    this.commitAll(message);
    this.git('push', '-q', 'origin', `HEAD:${branch}`);
  }

  /** Saves a file with AI parts (« ») that this person took from a tool, as an editor does. */
  accept(path: string, written: string, tool = 'github.copilot'): Label {
    const contribution: Contribution = {
      author: `${this.person.name} <${this.person.email}>`,
      day: '2026-03-01',
      evidence: 'accepted',
      tool,
    };
    const label = contributionId(contribution);
    const { text, marks } = marked(written, label);
    this.write(VERSION_PATH, versionText());
    this.write(path, text);
    this.write(contributionPath(label), `${contributionJson(contribution)}\n`);
    const sidecar = serialiseSidecar(text, marks);
    if (sidecar === null) rmSync(this.path(sidecarPath(path)), { force: true });
    else this.write(sidecarPath(path), sidecar);
    return label;
  }
}
