import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseSignature } from '../../src/core/sshKey';
import { openRepository, type Repository } from '../../src/repo/git';
import { Problem } from '../../src/repo/problem';
import { type SigningKey, signingKey, splitCommand } from '../../src/repo/sshKeys';
import { signPayload } from '../../src/repo/sshSignature';
import { isolateGit } from '../support/joinedRepository';
import { Keys } from '../support/keys';
import { cleanEnvironment, TestRepository } from '../support/repository';

/** Name the folder for temporary files, on every system. */
const TEMPORARY = ['TMPDIR', 'TEMP', 'TMP'];

describe('the key that git signs with', () => {
  isolateGit();
  let keys: Keys;
  let repository: TestRepository;
  let repo: Repository;
  const kept: NodeJS.ProcessEnv = {};
  beforeEach(async () => {
    for (const name of ['SSH_AUTH_SOCK', 'HOME', 'PATH', 'SSH_ASKPASS', 'DISPLAY', ...TEMPORARY])
      kept[name] = process.env[name];
    for (const name of ['SSH_AUTH_SOCK', 'SSH_ASKPASS', 'DISPLAY']) delete process.env[name];
    keys = new Keys();
    repository = new TestRepository();
    repo = await openRepository(repository.root);
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    keys.remove();
    repository.remove();
  });

  const configure = (settings: Record<string, string>) => {
    for (const [name, value] of Object.entries(settings)) repository.git('config', name, value);
  };
  const useAgent = (...files: string[]) => {
    keys.startAgent(...files);
    process.env.SSH_AUTH_SOCK = keys.environment().SSH_AUTH_SOCK;
  };
  /** Signs with it, and says with which key that was. */
  const signs = async (name: string, key?: SigningKey) => {
    const used = key ?? (await signingKey(repo));
    const signature = parseSignature(await signPayload(used, 'text'));
    assert.equal(signature?.key.fingerprint, keys.fingerprint(name));
    assert.equal(signature?.namespace, 'taggant');
    assert.equal(used.credential?.key.fingerprint, keys.fingerprint(name));
  };
  const fails = (message: RegExp, act: () => Promise<unknown> = () => signingKey(repo)) =>
    assert.rejects(act, (error) => {
      assert.ok(error instanceof Problem);
      assert.match(error.message, message);
      return true;
    });

  it('is a private key, or a public one beside it', async () => {
    const file = keys.make('own');
    configure({ 'gpg.format': 'ssh', 'user.signingKey': file });
    await signs('own');
    configure({ 'user.signingKey': `${file}.pub` });
    await signs('own');
    rmSync(`${file}.pub`);
    configure({ 'user.signingKey': file });
    const key = await signingKey(repo);
    assert.equal(
      parseSignature(await signPayload(key, 'text'))?.key.fingerprint,
      key.credential?.key.fingerprint,
    );
  });

  it('is found at home, and from the root of the repository', async () => {
    keys.make('own');
    process.env.HOME = keys.folder;
    configure({ 'gpg.format': 'ssh', 'user.signingKey': '~/own' });
    await signs('own');
    mkdirSync(repository.path('keys'));
    renameSync(join(keys.folder, 'own'), repository.path('keys', 'own'));
    configure({ 'user.signingKey': 'keys/own' });
    await signs('own');
  });

  it('is a public key whose private half the agent has', async () => {
    const file = keys.make('own');
    useAgent(file);
    rmSync(file);
    configure({ 'gpg.format': 'ssh', 'user.signingKey': `${file}.pub` });
    await signs('own');
    for (const prefix of ['key::', '']) {
      configure({ 'user.signingKey': `${prefix}${readFileSync(`${file}.pub`, 'utf8').trim()}` });
      await signs('own');
    }
  });

  it("is what git's command for it answers", async () => {
    const file = keys.make('own');
    useAgent(file);
    configure({ 'gpg.format': 'ssh', 'gpg.ssh.defaultKeyCommand': 'ssh-add -L' });
    await signs('own');
    const script = keys.write('a script', `#!/bin/sh\necho "key::$(ssh-add -L) $1|$2"\n`, 0o700);
    configure({ 'gpg.ssh.defaultKeyCommand': `'${script}' "one two" th\\ree` });
    const key = await signingKey(repo);
    assert.match(key.literal ?? '', /own's key one two\|three$/);
    await signs('own', key);
  });

  it('may be another one for Taggant alone', async () => {
    keys.make('own');
    keys.make('gits');
    configure({
      'gpg.format': 'openpgp',
      'user.signingKey': 'ABCDEF',
      'taggant.signingKey': join(keys.folder, 'own'),
    });
    await signs('own');
    configure({ 'gpg.format': 'ssh', 'user.signingKey': join(keys.folder, 'gits') });
    await signs('own');
  });

  it('says what to do where there is none', async () => {
    await fails(
      /^A sign-off is signed with an SSH key, and no SSH key is set\. Set one with "git config gpg\.format ssh" and "git config user\.signingKey ~\/\.ssh\/id_ed25519\.pub", or for Taggant alone with "git config taggant\.signingKey ~\/\.ssh\/id_ed25519\.pub"\.$/,
    );
    configure({ 'gpg.format': 'openpgp', 'user.signingKey': 'ABCDEF' });
    await fails(/and git signs with openpgp here\. Set one with/);
    configure({ 'gpg.format': 'ssh' });
    repository.git('config', '--unset', 'user.signingKey');
    await fails(/and none is set\. Set one with/);
    configure({ 'user.signingKey': '/nowhere/key' });
    await fails(
      /^user\.signingKey in git's configuration names "\/nowhere\/key", which is not there\. Set one/,
    );
    configure({ 'user.signingKey': 'key::ssh-ed25519 AAAA' });
    await fails(/^user\.signingKey in git's configuration is no SSH public key\. Set one/);
    repository.git('config', '--unset', 'user.signingKey');
    for (const [command, message] of [
      ['false', /defaultKeyCommand" failed \(exit code 1\)/],
      ['echo nothing', /defaultKeyCommand" answered no key/],
      ['no-such-program', /defaultKeyCommand" could not be run: "no-such-program"/],
      ['echo "x', /has a quote that is not closed/],
      ['echo \\', /ends with a backslash/],
    ] as const) {
      configure({ 'gpg.ssh.defaultKeyCommand': command });
      await fails(message);
    }
  });

  it('says in a sentence why nothing was signed', async () => {
    const file = keys.make('own', { passphrase: 'a secret' });
    configure({ 'gpg.format': 'ssh', 'user.signingKey': file });
    const key = await signingKey(repo);
    assert.equal(key.credential?.key.fingerprint, keys.fingerprint('own'), 'known without the passphrase');
    await fails(/^Nothing was signed with the key ".*own": the passphrase was wrong, or not given\.$/, () =>
      signPayload(key, 'x'),
    );
    rmSync(file);
    configure({ 'user.signingKey': `${file}.pub` });
    await fails(/: its private half is not in the agent; run "ssh-add" with its file\.$/, async () =>
      signPayload(await signingKey(repo), 'x'),
    );
    const garbage = keys.write('garbage', 'no key');
    configure({ 'user.signingKey': garbage });
    await fails(/: its file holds no SSH key\.$/, async () => signPayload(await signingKey(repo), 'x'));
  });

  it('asks for the passphrase with the program of the environment', async () => {
    const file = keys.make('own', { passphrase: 'a secret' });
    configure({ 'gpg.format': 'ssh', 'user.signingKey': file });
    process.env.SSH_ASKPASS = keys.write('askpass', '#!/bin/sh\necho a secret\n', 0o700);
    process.env.DISPLAY = ':0';
    await signs('own');
    // Pressing Cancel ends the program with 1.
    keys.write('askpass', '#!/bin/sh\nexit 1\n', 0o700);
    await fails(/the passphrase was wrong, or not given/, async () =>
      signPayload(await signingKey(repo), 'x'),
    );
  });

  it('is used with the program that git uses, in private files that are gone afterwards', async () => {
    const file = keys.make('own');
    useAgent(file);
    const log = join(keys.folder, 'log');
    const program = keys.write(
      'program',
      `#!/bin/sh\nfor last; do :; done\nls -ln "$last" "$6" | cut -c1-10 >>'${log}'\nls -ldn "$(dirname "$last")" | cut -c1-10 >>'${log}'\necho "$@" >>'${log}'\nexec ssh-keygen "$@"\n`,
      0o700,
    );
    configure({
      'gpg.format': 'ssh',
      'gpg.ssh.program': program,
      'user.signingKey': `key::${keys.publicKey('own')}`,
    });
    // A folder of its own: others sign on this machine, too.
    const temporary = mkdtempSync(join(keys.folder, 'temporary-'));
    for (const name of TEMPORARY) process.env[name] = temporary;
    await signs('own');
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    assert.deepEqual(lines.slice(0, 3), ['-rw-------', '-rw-------', 'drwx------']);
    const folder = /(\S+)\/statement$/.exec(lines[3]!)?.[1];
    assert.ok(folder?.startsWith(join(temporary, 'taggant-sign-')), folder);
    assert.equal(lines[3], `-Y sign -n taggant -f ${folder}/key.pub -U ${folder}/statement`);
    assert.equal(existsSync(folder!), false);
    chmodSync(program, 0o600);
    await fails(/program" could not be started \(EACCES\)\. Correct "gpg\.ssh\.program"/, async () =>
      signPayload(await signingKey(repo), 'x'),
    );
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('says that OpenSSH is not there, or too old', async () => {
    configure({ 'gpg.format': 'ssh', 'user.signingKey': keys.make('own') });
    const key = await signingKey(repo);
    const old = keys.write(
      'old',
      '#!/bin/sh\necho "unknown option -- Y" >&2\necho "usage: ssh-keygen [-q]" >&2\nexit 1\n',
      0o700,
    );
    await fails(/is too old: sign-offs need OpenSSH 8\.2p1 or newer\. Please update OpenSSH\.$/, () =>
      signPayload({ ...key, program: old }, 'x'),
    );
    process.env.PATH = keys.folder;
    await fails(/^ssh-keygen was not found, .* Install OpenSSH 8\.2p1 or newer/, () => signPayload(key, 'x'));
  });
});

describe('splitCommand', () => {
  it('splits as git splits', () => {
    const part = fc.constantFrom('a', 'b c', "'", '"', '\\', ' ', '\t', '\\"', "'x y'", '"$z"', 'ü');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        // Git drops blanks at the end of a value it is given, and takes what begins with "!" for a shell's.
        const command = `rev-parse --sq-quote ${parts.join('')}x`;
        let git: string | null = null;
        try {
          git = execFileSync('git', ['-c', `alias.split=${command}`, 'split'], {
            env: cleanEnvironment(),
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
          });
        } catch {}
        if (git === null) assert.throws(() => splitCommand(command), Problem);
        else
          assert.equal(
            splitCommand(command)
              .slice(2)
              .map((word) => ` '${word.replaceAll("'", "'\\''")}'`)
              .join(''),
            git.trimEnd(),
          );
      }),
      { numRuns: 150 },
    );
  });
});
