import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { statementPath } from '../../src/core/layout';
import type { SignatureState } from '../../src/core/signatures';
import { parseStatement, type Statement, signedJson, statementJson } from '../../src/core/statements';
import { writeStatement } from '../../src/engine/review';
import { type SignatureCache, verifyStatements } from '../../src/engine/signatures';
import { openRepository, type Repository } from '../../src/repo/git';
import { Problem } from '../../src/repo/problem';
import { signingKey } from '../../src/repo/sshKeys';
import { isolateGit } from '../support/joinedRepository';
import { Keys, SecurityKey } from '../support/keys';
import { marked } from '../support/marking';
import { TestRepository } from '../support/repository';

const ALICE = 'Alice Müller <alice@example.com>';
const TIME = '2026-03-01T12:00:00Z';

describe('verifyStatements', () => {
  isolateGit();
  let keys: Keys;
  let repository: TestRepository;
  let repo: Repository;
  let signers: string;
  before(() => {
    keys = new Keys();
    for (const name of ['alice', 'bob', 'authority', 'stranger']) keys.make(name);
    for (const type of ['rsa', 'ecdsa']) keys.make(type, { type });
  });
  after(() => keys.remove());
  beforeEach(async () => {
    repository = new TestRepository();
    repo = await openRepository(repository.root);
    signers = `# who may sign\nalice@example.com,@alice ${keys.publicKey('alice')}\nbob@example.com ${keys.publicKey('bob')}\n`;
  });
  afterEach(() => repository.remove());

  const file = (name: string) => join(keys.folder, name);
  let made = 0;
  const unsigned = (changes: Partial<Statement> = {}): Statement => ({
    uuid: `statement-${++made}`,
    ...{ version: 1, kind: 'review', who: ALICE, time: TIME, why: 'Read “it”.\nTwice.' },
    files: [{ path: 'a.ts', blocks: [] }],
    ...changes,
  });
  const signed = (changes: Partial<Statement> = {}, key = 'alice', namespace = 'taggant'): Statement => {
    const statement = unsigned(changes);
    return { ...statement, signature: keys.sign(file(key), signedJson(statement), namespace) };
  };
  const verify = async (
    statement: Statement,
    against: string | null = signers,
  ): Promise<SignatureState | undefined> =>
    (await verifyStatements(repo, against, [statement])).get(statement.uuid);
  const isValid = async (statement: Statement, principals: string[], against = signers) => {
    const state = await verify(statement, against);
    assert.equal(state?.state, 'valid', JSON.stringify(state));
    assert.deepEqual(state.principals, principals);
    return state;
  };
  const isInvalid = async (statement: Statement, why: RegExp | string, against: string | null = signers) => {
    const state = await verify(statement, against);
    assert.equal(state?.state, 'invalid');
    if (typeof why === 'string') assert.equal(state.why, why);
    else assert.match(state.why, why);
  };
  const ALTERED =
    'its signature is of another text: it was changed after signing, or signed by somebody else';

  it('takes what the key of the person signed, and tells all their names', async () => {
    const state = await isValid(signed(), ['alice@example.com', '@alice']);
    assert.deepEqual([state.fingerprint, state.hardware], [keys.fingerprint('alice'), false]);
    await isValid(signed({ who: 'alice <ALICE@example.com>' }), ['alice@example.com', '@alice']);
    for (const type of ['rsa', 'ecdsa'])
      await isValid(signed({}, type), ['alice@example.com'], `alice@example.com ${keys.publicKey(type)}`);
  });

  it('takes what writeStatement wrote, as it is read again', async () => {
    repository.git('config', 'gpg.format', 'ssh');
    repository.git('config', 'user.signingKey', file('alice'));
    const text = { path: 'a.ts', ...marked('«const two = one + one;\n»') };
    const by = { who: ALICE, time: new Date(TIME), why: 'Läuft.', rule: 'checkout', role: 'senior' };
    const written = await writeStatement(repo, 'review', [text], { ...by, key: await signingKey(repo) });
    const json = repository.read(statementPath(written!.uuid));
    assert.deepEqual(parseStatement(json, written!.uuid), written);
    assert.deepEqual([written!.rule, written!.role, written!.why], ['checkout', 'senior', 'Läuft.']);
    await isValid(written!, ['alice@example.com', '@alice']);
    const plain = await writeStatement(repo, 'note', [text], by);
    assert.equal(plain!.signature, undefined);
  });

  it('does not speak of statements without a signature', async () => {
    assert.deepEqual(await verifyStatements(repo, signers, [unsigned()]), new Map());
  });

  it('covers everything in the file, also what this version does not know', async () => {
    const later = {
      ...JSON.parse(statementJson(unsigned())),
      mood: 'good',
      files: [{ path: 'a', blocks: [], lang: 'ts' }],
    };
    const json = canonicalize({ ...later, signature: keys.sign(file('alice'), canonicalize(later)!) })!;
    const read = (text: string) => parseStatement(text, 'later') as Statement;
    await isValid(read(json), ['alice@example.com', '@alice']);
    await isInvalid(read(json.replace('good', 'bad')), ALTERED);
    await isInvalid(read(json.replace('"mood":"good",', '')), ALTERED);
    const kind = { ...JSON.parse(statementJson(unsigned())), kind: 'oath' };
    const oath = read(canonicalize({ ...kind, signature: keys.sign(file('alice'), canonicalize(kind)!) })!);
    assert.equal(oath.kind, 'other');
    await isValid(oath, ['alice@example.com', '@alice']);
  });

  it('refuses any change, another name, another key, another purpose', async () => {
    const statement = signed();
    for (const changes of [
      { why: 'x' },
      { time: '2026-03-02T12:00:00Z' },
      { rule: 'x' },
      { files: [] },
      { kind: 'note' },
    ] as const)
      await isInvalid({ ...statement, ...changes }, ALTERED);
    await isInvalid(
      { ...statement, who: 'Bob <bob@example.com>' },
      `the key ${keys.fingerprint('alice')} is not the key of bob@example.com in .taggant/allowed_signers`,
    );
    await isInvalid(
      signed({}, 'bob'),
      `the key ${keys.fingerprint('bob')} is not the key of alice@example.com in .taggant/allowed_signers`,
    );
    await isInvalid(
      signed({}, 'stranger'),
      `the key ${keys.fingerprint('stranger')} is not in .taggant/allowed_signers`,
    );
    await isInvalid(
      { ...statement, who: 'Mallory <alice@example.com> <bob@example.com>' },
      /is not the key of bob@example\.com/,
    );
    await isInvalid(signed({}, 'alice', 'git'), 'its signature was made for "git", not for Taggant');
    await isInvalid(signed(), 'there is no .taggant/allowed_signers that says whose key is whose', null);
    // A signature over the same bytes in Taggant's name, but relabelled, is none.
    const other = signed({}, 'alice', 'taggamt');
    const bytes = Buffer.from(other.signature!.replace(/-----.*-----|\n/g, ''), 'base64');
    bytes.write('taggant', bytes.indexOf('taggamt'));
    const relabelled = `-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----`;
    await isInvalid({ ...other, signature: relabelled }, ALTERED);
  });

  it('is not confused by what is no signature', async () => {
    for (const signature of [
      'x',
      '-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----',
      '-----BEGIN PGP SIGNATURE-----\n',
      'A'.repeat(10_000),
    ])
      await isInvalid(unsigned({ signature }), 'its signature is no SSH signature');
    await isInvalid(signed({ who: 'Alice' }), /is not the key of Alice in/);
    const lone = { ...signed(), why: '\ud800' };
    await isInvalid(lone, 'it holds text that is no valid Unicode');
  });

  it('goes by the time of the statement, and by who is listed now', async () => {
    const alice = keys.publicKey('alice');
    const until = `alice@example.com valid-before="20260301" ${alice}\n`;
    await isInvalid(signed(), /was not valid on 2026-03-01, \.taggant\/allowed_signers says$/, until);
    await isValid(signed({ time: '2026-03-01T00:00:00Z' }), ['alice@example.com'], until);
    const from = `alice@example.com valid-after="202603011200Z" ${alice}\n`;
    await isValid(signed(), ['alice@example.com'], from);
    await isInvalid(signed({ time: '2026-03-01T11:59:59Z' }), /was not valid on/, from);
    await isInvalid(signed(), /is not meant for sign-offs/, `alice@example.com namespaces="git" ${alice}\n`);
    await isInvalid(signed(), /is not in \.taggant\/allowed_signers$/, signers.replace(/^alice.*\n/m, ''));
  });

  it('follows certificates', async () => {
    const certificate = keys.certify(
      'authority',
      'bob',
      'bob@example.com,@bob',
      '20260101000000Z:20260601000000Z',
    );
    const trusted = `*@example.com,@* cert-authority ${keys.publicKey('authority')}\n`;
    const bySelf = (time: string) => {
      const statement = unsigned({ who: 'Bob <bob@example.com>', time });
      return { ...statement, signature: keys.sign(certificate, signedJson(statement)) };
    };
    const state = await isValid(bySelf(TIME), ['bob@example.com', '@bob'], trusted);
    assert.equal(
      state.fingerprint,
      keys.fingerprint('bob'),
      'the key of the person, with or without certificate',
    );
    await isInvalid(bySelf('2026-07-01T00:00:00Z'), /expired/, trusted);
    await isInvalid(bySelf('2025-07-01T00:00:00Z'), /not yet valid|was not valid yet/, trusted);
    await isInvalid(bySelf(TIME), /which certified the signer's, is not in/);
  });

  it('knows keys in hardware, and whether they were touched', async () => {
    const key = new SecurityKey();
    const allowed = `alice@example.com ${key.publicKey}\n`;
    for (const touched of [true, false]) {
      const statement = unsigned();
      const signature = key.sign(signedJson(statement), { touched });
      const state = await isValid({ ...statement, signature }, ['alice@example.com'], allowed);
      assert.equal(state.hardware, touched);
      await isInvalid({ ...statement, signature, why: 'x' }, ALTERED, allowed);
    }
  });

  describe('and the program', () => {
    const wrap = (name: string, script: string) => {
      repository.git('config', 'gpg.ssh.program', keys.write(name, `#!/bin/sh\n${script}\n`, 0o700));
    };
    const starts = () => {
      const log = file('starts');
      return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
    };

    it('starts it once for each signature that has to be checked, and never again for the same', async () => {
      wrap('counting', `echo >>'${file('starts')}'\nexec ssh-keygen "$@"`);
      const statements = [signed(), signed(), signed({}, 'stranger'), unsigned(), { ...signed(), why: 'x' }];
      const cache: SignatureCache = new Map();
      const first = await verifyStatements(repo, signers, statements, cache);
      assert.deepEqual([...first.values()].map(({ state }) => state).sort(), [
        'invalid',
        'invalid',
        'valid',
        'valid',
      ]);
      assert.equal(starts(), 3);
      assert.deepEqual(new Map(await verifyStatements(repo, signers, statements, cache)), new Map(first));
      await verifyStatements(repo, `# a comment\n${signers}`, statements, cache);
      assert.equal(starts(), 3);
      const again = await verifyStatements(repo, signers.replace(/^alice.*\n/m, ''), statements, cache);
      assert.deepEqual(
        [...again.values()].map(({ state }) => state),
        Array(4).fill('invalid'),
      );
      await verifyStatements(repo, signers, [{ ...statements[0]!, why: 'y' }], cache);
      assert.equal(starts(), 4);
    });

    it('does not take a failure to check for a wrong signature', async () => {
      const fails = (message: RegExp) =>
        assert.rejects(verify(signed()), (error) => error instanceof Problem && message.test(error.message));
      wrap('old', 'echo "ssh-keygen: illegal option -- Y" >&2; echo "usage: ssh-keygen" >&2; exit 1');
      await fails(/is too old: sign-offs need OpenSSH 8\.2p1/);
      wrap('killed', 'kill -9 $$');
      await fails(/ended before it had checked/);
      wrap('eight-two', 'echo "allowed_signers:1: bad options: unknown key option" >&2; exit 255');
      await fails(/valid-after and valid-before need OpenSSH 8\.8/);
      repository.git('config', 'gpg.ssh.program', '/nowhere/ssh-keygen');
      await fails(/"\/nowhere\/ssh-keygen" could not be started \(ENOENT\)\. Correct "gpg\.ssh\.program"/);
    });

    it('believes no program that says nothing', async () => {
      wrap('silent', 'exit 0');
      await isInvalid(signed(), /ssh-keygen says/);
    });

    it('is started in UTC, wherever this machine is', async () => {
      const kept = process.env.TZ;
      process.env.TZ = 'Pacific/Kiritimati';
      try {
        const bounded = `alice@example.com valid-after="20260301115959Z",valid-before="20260301120001Z" ${keys.publicKey('alice')}`;
        await isValid(signed(), ['alice@example.com'], bounded);
      } finally {
        if (kept === undefined) delete process.env.TZ;
        else process.env.TZ = kept;
      }
    });
  });
});
