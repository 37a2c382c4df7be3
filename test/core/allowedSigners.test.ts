import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  type AllowedSigners,
  matchesPatternList,
  matchSigner,
  parseAllowedSigners,
  signerLine,
} from '../../src/core/allowedSigners';
import {
  credentialOfLine,
  credentialOfPrivateFile,
  isHardwareKey,
  keyOf,
  parseSignature,
} from '../../src/core/sshKey';
import { Keys, SecurityKey } from '../support/keys';

const TIME = '2026-03-01T12:00:00Z';
const ALICE = 'alice@example.com';

describe('allowed signers', () => {
  let keys: Keys;
  let [alice, bob, authority]: string[] = [];
  before(() => {
    keys = new Keys();
    for (const name of ['alice', 'bob', 'authority']) keys.make(name);
    for (const type of ['rsa', 'ecdsa']) keys.make(type, { type });
    keys.certify('authority', 'bob', 'bob@example.com,@bob,carol@elsewhere.example');
    [alice, bob, authority] = ['alice', 'bob', 'authority'].map((name) => keys.publicKey(name));
  });
  after(() => keys.remove());

  const shown = ({ signers, problems }: AllowedSigners) => ({
    signers: signers.map(({ line, patterns, key }) => [line, patterns, key.fingerprint]),
    problems: problems.map(({ line, message }) => `${line}: ${message}`),
  });
  const match = (file: string, name = 'alice', email = ALICE, time = TIME) =>
    matchSigner(
      parseAllowedSigners(file),
      credentialOfLine(name.includes(' ') ? name : keys.publicKey(name))!,
      email,
      time,
    );

  it('reads names, options, comments, quotes and line ends', () => {
    const file = [
      '# who may sign',
      '',
      `alice@example.com,@alice ${alice} Alice's key`,
      `  bob@example.com\tnamespaces="taggant,git",valid-after="20260101",VALID-BEFORE="20261231235959Z"  ${bob}\r`,
      `"*@example.com" cert-authority ${authority}`,
      `dave@example.com ${keys.publicKey('rsa')}`,
      `erin@example.com ${keys.publicKey('ecdsa')}`,
    ].join('\n');
    const { signers, problems } = parseAllowedSigners(`\ufeff${file}`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      signers.map(({ line, patterns, certAuthority, namespaces, validAfter, validBefore }) => [
        ...[line, patterns, certAuthority, namespaces, validAfter, validBefore],
      ]),
      [
        [3, 'alice@example.com,@alice', false, null, null, null],
        [4, 'bob@example.com', false, 'taggant,git', '20260101000000', '20261231235959'],
        [5, '*@example.com', true, null, null, null],
        [6, 'dave@example.com', false, null, null, null],
        [7, 'erin@example.com', false, null, null, null],
      ],
    );
    for (const [i, name] of ['alice', 'bob', 'authority', 'rsa', 'ecdsa'].entries())
      assert.equal(signers[i]!.key.fingerprint, keys.fingerprint(name));
  });

  it('leaves lines out that cannot be used, and says where and why', () => {
    const damaged = alice!.replace(/.{6}$/, '');
    const { signers, problems } = shown(
      parseAllowedSigners(
        [
          'alice@example.com',
          `alice@example.com ${damaged}`,
          `alice@example.com, ${alice}`,
          `"alice@example.com ${alice}`,
          `alice@example.com namespaces=taggant ${alice}`,
          `alice@example.com unknown ${alice}`,
          `alice@example.com valid-after="20260230" ${alice}`,
          `alice@example.com valid-after="tomorrow" ${alice}`,
          `alice@example.com valid-after="20260301",valid-before="20260201" ${alice}`,
          `alice@example.com cert-authority,cert-authority ${alice}`,
          `alice@example.com ${readFileSync(`${keys.folder}/bob-cert.pub`, 'utf8')}`.trim(),
          `alice@example.com ssh-dss AAAAB3NzaC1kc3MAAAA=`,
          `alice@example.com \u0000 ${alice}`,
          `ssh-rsa ${alice}`,
          `${'a,'.repeat(200)}b ${alice}`,
          `alice@example.com namespaces="taggant ${alice}`,
          `alice@example.com cert-authority, ${alice}`,
        ].join('\n'),
      ),
    );
    // A name may look like a type of key; it is a name.
    assert.deepEqual(signers, [[14, 'ssh-rsa', keys.fingerprint('alice')]]);
    const options =
      'Its options cannot be read: known are cert-authority, namespaces="…", valid-after="…" and valid-before="…", separated by commas.';
    assert.deepEqual(problems, [
      '1: The line has a name and no key: write NAME KEYTYPE KEY.',
      '2: The key is damaged: copy the line of the .pub file again.',
      '3: The names at the start must be separated by commas only, without an empty one.',
      '4: A quote in it is not closed.',
      `5: ${options}`,
      `6: ${options}`,
      '7: Its valid-after is no time that exists.',
      '8: Its valid-after is no time of the form 20251231 or 20251231235900.',
      '9: Its valid-before is not after its valid-after.',
      '10: The option cert-authority stands in it twice.',
      '11: A certificate cannot stand here: write the key of its authority, with the option cert-authority.',
      '12: There is no key that can sign in it (ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com): write NAME KEYTYPE KEY.',
      '13: The line holds a control character; write it anew.',
      '15: It has more than 100 names; give the key several lines.',
      '16: A quote in it is not closed.',
      `17: ${options}`,
    ]);
  });

  it('has limits', () => {
    const huge = parseAllowedSigners('x'.repeat(1024 * 1024 + 1));
    assert.deepEqual(shown(huge), {
      signers: [],
      problems: ['1: The file is larger than 1 MiB; nobody in it can sign.'],
    });
    const many = parseAllowedSigners('x\n'.repeat(20_000));
    assert.equal(many.problems.length, 50);
    const long = parseAllowedSigners(`x ${' '.repeat(17_000)}${alice}`);
    assert.deepEqual(shown(long).problems, ['1: The line is longer than 16384 characters.']);
  });

  it('knows who a key belongs to, by all its lines', () => {
    const file = `alice@example.com,@alice ${alice}\n@org/payments,Alice.A@example.com ${alice}\nbob@example.com ${bob}\n`;
    assert.deepEqual(match(file), {
      principal: ALICE,
      principals: [ALICE, '@alice', '@org/payments', 'Alice.A@example.com'],
    });
    assert.deepEqual(match(file, 'alice', 'alice.a@EXAMPLE.com'), {
      principal: 'Alice.A@example.com',
      principals: ['Alice.A@example.com', ALICE, '@alice', '@org/payments'],
    });
    assert.deepEqual(match(file, 'bob'), { why: 'not theirs' });
    assert.deepEqual(match(file, 'rsa'), { why: 'unknown key' });
  });

  it('takes patterns for no names', () => {
    assert.deepEqual(match(`*@example.com,!eve@example.com,al?ce ${alice}`), {
      principal: ALICE,
      principals: [ALICE],
    });
    const file = `*@example.com,!eve@example.com,eve@example.com ${alice}`;
    assert.deepEqual(match(file), { principal: ALICE, principals: [ALICE] });
    assert.deepEqual(match(file, 'alice', 'eve@example.com'), { why: 'not theirs' });
    assert.deepEqual(match(file, 'alice', 'x@example.org'), { why: 'not theirs' });
  });

  it('heeds namespaces and times', () => {
    assert.deepEqual(match(`${ALICE} namespaces="git" ${alice}`), { why: 'other namespace' });
    assert.deepEqual(match(`${ALICE} namespaces="*" ${alice}`), { principal: ALICE, principals: [ALICE] });
    const bounded = `${ALICE} valid-after="20260201",valid-before="20260401" ${alice}\n@boss valid-before="20260101" ${alice}\n`;
    assert.deepEqual(match(bounded), { principal: ALICE, principals: [ALICE] });
    assert.deepEqual(match(bounded, 'alice', ALICE, '2026-04-01T00:00:00Z'), {
      principal: ALICE,
      principals: [ALICE],
    });
    for (const time of ['2026-01-31T23:59:59Z', '2026-04-01T00:00:01Z'])
      assert.deepEqual(match(bounded, 'alice', ALICE, time), { why: 'not valid then' });
  });

  it('follows a certificate to the names it shares with its authority, and to those of the key', () => {
    const certificate = readFileSync(`${keys.folder}/bob-cert.pub`, 'utf8');
    const email = 'bob@example.com';
    const file = `*@example.com,@* cert-authority ${authority}\n`;
    assert.deepEqual(match(file, certificate, email), { principal: email, principals: [email, '@bob'] });
    assert.deepEqual(match(`${file}@admin ${bob}`, certificate, email), {
      principal: email,
      principals: [email, '@bob', '@admin'],
    });
    assert.deepEqual(match(file, certificate, ALICE), { why: 'not theirs' }, 'not in the certificate');
    assert.deepEqual(match(file, certificate, 'carol@elsewhere.example'), { why: 'not theirs' });
    assert.deepEqual(match(file, 'bob', email), { why: 'unknown key' }, 'no certificate was shown');
    const own = `bob@example.com ${bob}\n`;
    assert.deepEqual(match(own, certificate, email), { why: 'unknown key' }, 'its authority is not known');
  });

  it('matches patterns as OpenSSH does', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(word, pattern, (text, glob) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
        assert.equal(matchesPatternList(text, glob), expression.test(text));
        assert.equal(matchesPatternList(text, `!${glob},*`), !expression.test(text));
      }),
    );
    assert.equal(matchesPatternList('a'.repeat(10_000), `${'*a'.repeat(50)}b`), false, 'in bounded time');
  });

  it('takes no line that ssh-keygen does not take', () => {
    const signature = keys.write('signature', keys.sign(`${keys.folder}/alice`, 'text'));
    const part = fc.constantFrom(
      ...['alice@example.com', ',', '"', ' ', '\t', '*', '!', 'cert-authority', 'namespaces="taggant"', '#'],
      ...['valid-before="20270101"', '\\"', '\r', 'x', 'ssh-ed25519', alice!.split(' ')[1]!, alice!],
    );
    const usual = fc.constantFrom(`alice@example.com ${alice}`, `"alice@example.com" ${alice} x`);
    const line = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.array(part, { maxLength: 3 }).map((parts) => `alice@example.com ${parts.join('')} ${alice}`),
      usual,
    );
    let taken = 0;
    fc.assert(
      fc.property(line, (text) => {
        const found = match(text);
        if ('why' in found) return;
        taken++;
        const file = keys.write('allowed', `${text}\n`);
        const args = ['-Y', 'verify', '-f', file, '-I', found.principal, '-n', 'taggant', '-s', signature];
        const ended = spawnSync('ssh-keygen', [...args, '-Overify-time=20260301120000'], { input: 'text' });
        assert.equal(ended.status, 0, `${JSON.stringify(text)}: ${ended.stderr}`);
      }),
      { numRuns: 300 },
    );
    assert.ok(taken > 20, `${taken} lines were taken`);
  });

  it('writes the line that lets a key sign', () => {
    const { key } = credentialOfLine(alice!)!;
    assert.equal(signerLine(ALICE, key), `alice@example.com ${alice}`);
    assert.deepEqual(match(signerLine(ALICE, key)), { principal: ALICE, principals: [ALICE] });
  });
});

describe('what SSH keys and signatures say of themselves', () => {
  let keys: Keys;
  before(() => {
    keys = new Keys();
  });
  after(() => keys.remove());

  for (const type of ['ed25519', 'rsa', 'ecdsa']) {
    it(`reads a key of type ${type}, its signature, and its private file`, () => {
      const file = keys.make(type, { type, passphrase: type === 'rsa' ? 'a secret' : '' });
      const line = readFileSync(`${file}.pub`, 'utf8');
      const found = credentialOfLine(line)!;
      assert.equal(found.key.fingerprint, keys.fingerprint(type));
      assert.equal(`${found.key.type} ${found.key.base64}`, keys.publicKey(type));
      assert.equal(isHardwareKey(found.key), false);
      assert.deepEqual(credentialOfPrivateFile(readFileSync(file, 'latin1')), found);
      if (type === 'rsa') return;
      const armored = keys.sign(file, 'text');
      const signature = parseSignature(armored.replaceAll('\n', '\r\n'))!;
      assert.deepEqual(signature, {
        ...{ key: found.key, certificate: null, namespace: 'taggant', touched: false },
        armored,
      });
    });
  }

  it('tells a touched security key from one that was not', () => {
    const key = new SecurityKey();
    const touched = parseSignature(key.sign('text'))!;
    assert.equal(`${touched.key.type} ${touched.key.base64}`, key.publicKey);
    assert.deepEqual([isHardwareKey(touched.key), touched.touched], [true, true]);
    assert.equal(parseSignature(key.sign('text', { touched: false }))!.touched, false);
  });

  it('takes nothing else for a signature or a key, and never throws', () => {
    const armored = new SecurityKey().sign('text');
    const [head, base64] = armored.split('\n') as [string, string];
    const bytes = Buffer.from(base64, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const changed = cut ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (!cut) changed[at] = value;
        const found = parseSignature(`${head}\n${changed.toString('base64')}\n-----END SSH SIGNATURE-----\n`);
        if (cut) assert.equal(found, null);
        keyOf(changed.toString('base64'));
      }),
    );
    const longer = Buffer.concat([bytes, Buffer.from([0])]).toString('base64');
    assert.equal(parseSignature(`${head}\n${longer}\n-----END SSH SIGNATURE-----\n`), null);
    for (const text of ['', 'x', head, `${armored}x`, `x${armored}`, armored.repeat(2), armored.repeat(400)])
      assert.equal(parseSignature(text), null);
    assert.equal(credentialOfLine('ssh-ed25519'), null);
    assert.equal(credentialOfLine(new SecurityKey().publicKey.replace('sk-', '')), null);
    assert.equal(credentialOfPrivateFile('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'), null);
  });
});
