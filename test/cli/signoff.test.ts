import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { POLICY_PATH, SIGNERS_PATH, STATEMENTS_FOLDER, statementPath } from '../../src/core/layout';
import { Keys } from '../support/keys';
import { save } from '../support/marking';
import { Program } from '../support/program';
import { TestRepository } from '../support/repository';
import { atTerminal, HAS_TERMINALS, withPerson } from '../support/terminal';

const PAY = 'services/checkout/pay.ts';
const SOURCE = `export const rate = 0.2;
«export function total(price: number): number {
  return Math.round(price * (1 + rate));
}
»export const name = 'pay';
«export const currency = 'EUR';
»`;
/** Of `test/support/marking`: the author of all AI text. */
const AUTHOR = 'Ada Lovelace <ada@example.com>';
const CHECKOUT = {
  name: 'checkout',
  paths: ['services/checkout/**'],
  signOff: { role: 'senior' },
  override: 'with-reason',
};

describe('taggant signoff', () => {
  let keys: Keys;
  let repository: TestRepository;
  before(() => {
    keys = new Keys();
    for (const name of ['grace', 'ada', 'stranger']) keys.make(name);
    keys.make('careful', { passphrase: 'a long one' });
  });
  after(() => keys.remove());
  beforeEach(() => {
    repository = new TestRepository();
    repository.git('config', 'user.name', 'Grace');
    repository.git('config', 'user.email', 'grace@example.com');
    repository.git('config', 'gpg.format', 'ssh');
    signWith('grace');
    save(repository, PAY, SOURCE);
    writePolicy([CHECKOUT]);
    writeSigners(
      `grace@example.com,@grace ${keys.publicKey('grace')}`,
      `ada@example.com ${keys.publicKey('ada')}`,
    );
  });
  afterEach(() => repository.remove());

  const signWith = (name: string) => repository.git('config', 'user.signingKey', `${keys.folder}/${name}`);
  const writePolicy = (rules: object[], roles: object = { senior: ['grace@example.com'] }) =>
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, roles, rules }));
  const writeSigners = (...lines: string[]) => repository.write(SIGNERS_PATH, `${lines.join('\n')}\n`);
  const statements = (): string[] => {
    try {
      return readdirSync(repository.path(STATEMENTS_FOLDER));
    } catch {
      return [];
    }
  };
  const statement = (name = statements()[0]!) =>
    JSON.parse(repository.read(`${STATEMENTS_FOLDER}/${name}`)) as Record<string, unknown>;
  const taggant = (...args: string[]) => withPerson(repository.root, args);

  it('shows what is signed, asks, signs, and clears the finding', async () => {
    const before = await taggant('check', '--all');
    assert.equal(before.code, 1, before.err);
    const { code, out, err, asked } = await taggant('signoff', PAY, '--why', 'Read with the tax table.');
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(asked, ['Have you read this, and do you answer for it?']);
    assert.equal(
      out,
      `Grace <grace@example.com> signs with the key "${keys.folder}/grace" (${keys.fingerprint('grace')}):

${PAY}:2-4, for "checkout"
  github.copilot, gpt-5, ${AUTHOR}, 2026-03-01, accepted
     2 | export function total(price: number): number {
     3 |   return Math.round(price * (1 + rate));
     4 | }

${PAY}:6, for "checkout"
  github.copilot, gpt-5, ${AUTHOR}, 2026-03-01, accepted
     6 | export const currency = 'EUR';

${PAY}: 4 marked lines signed off.
`,
    );
    const { who, role, why, kind } = statement();
    assert.deepEqual(
      [who, role, why, kind],
      ['Grace <grace@example.com>', 'senior', 'Read with the tax table.', 'review'],
    );
    const after = await taggant('check', '--all');
    assert.equal(after.code, 0, after.out);
  });

  it('signs the lines that are named, for the rule that is named', async () => {
    writePolicy([CHECKOUT, { ...CHECKOUT, name: 'second', paths: ['**'] }]);
    const { code, out } = await taggant('signoff', `${PAY}:6`, '--rule', 'second', '--yes');
    assert.equal(code, 0);
    assert.match(out, /pay\.ts:6, for "second"\n/);
    assert.doesNotMatch(out, /pay\.ts:2/);
    assert.equal(statement().rule, 'second');
  });

  it('writes nothing when the person says no', async () => {
    const { code, err } = await withPerson(repository.root, ['signoff', PAY], { answer: false });
    assert.deepEqual([code, err, statements()], [1, 'taggant: Nothing was signed.\n', []]);
  });

  it('needs a person at the prompt, and no agent, whatever is said with --yes', async () => {
    const alone = await withPerson(repository.root, ['signoff', PAY, '--yes'], { isThere: false });
    assert.equal(alone.code, 2);
    assert.match(alone.err, /there is no terminal to ask them: run it in a terminal, or use "Sign Off"/);
    const environment = { CLAUDECODE: '1' };
    for (const args of [
      ['signoff', PAY, '--yes'],
      ['note', PAY, '--why', 'x'],
      ['request', PAY],
      ['override', PAY, '--rule', 'checkout', '--why', 'x'],
    ]) {
      const agent = await withPerson(repository.root, args, { environment });
      assert.equal(agent.code, 2);
      assert.match(agent.err, /is a person's word, and this is the environment of Claude Code/);
    }
    assert.deepEqual(statements(), []);
  });

  it("refuses one's own code where the rule wants somebody else", async () => {
    writePolicy([CHECKOUT], { senior: ['grace@example.com', 'ada@example.com'] });
    repository.git('config', 'user.name', 'Ada Lovelace');
    repository.git('config', 'user.email', 'ada@example.com');
    signWith('ada');
    const own = await taggant('signoff', PAY, '--yes');
    assert.deepEqual([own.code, own.out, statements()], [2, '', []]);
    assert.equal(
      own.err.split('\n')[0],
      `taggant: ${PAY}:2-4 is left out: for the rule "checkout", the author of the code cannot be the one who signs it off.`,
    );
    // Another address of hers is no other person.
    repository.git('config', 'user.email', 'lovelace@example.com');
    writeSigners(`lovelace@example.com,ada@example.com ${keys.publicKey('ada')}`);
    writePolicy([CHECKOUT], { senior: ['lovelace@example.com'] });
    assert.equal((await taggant('signoff', PAY, '--yes')).code, 2);
    writePolicy([{ ...CHECKOUT, signOff: { role: 'senior', notAuthor: false } }], { senior: ['*'] });
    const allowed = await taggant('signoff', PAY, '--yes');
    assert.equal(allowed.code, 0, allowed.err);
  });

  it('refuses who does not have the role', async () => {
    writePolicy([CHECKOUT], { senior: ['somebody@example.com'] });
    const { code, err } = await taggant('signoff', PAY, '--yes');
    assert.deepEqual([code, statements()], [2, []]);
    assert.match(err, /for the rule "checkout", grace@example.com does not have the role "senior"\.\n/);
  });

  it('knows a role by the forge name of the key', async () => {
    writePolicy([CHECKOUT], { senior: ['@grace'] });
    assert.equal((await taggant('signoff', PAY, '--yes')).code, 0);
  });

  it('prints the line to add for a key that is not allowed', async () => {
    signWith('stranger');
    const line = `grace@example.com ${keys.publicKey('stranger')}`;
    const unknown = await taggant('signoff', PAY, '--yes');
    assert.deepEqual([unknown.code, statements()], [2, []]);
    assert.ok(unknown.err.includes(`is not in ${SIGNERS_PATH}.`), unknown.err);
    assert.ok(unknown.err.endsWith(`add this line to it: ${line}\n`), unknown.err);
    writeSigners(line);
    assert.equal((await taggant('signoff', PAY, '--yes')).code, 0);
    writeSigners(`ada@example.com ${keys.publicKey('stranger')}`);
    assert.match((await taggant('signoff', PAY, '--yes')).err, /is not the key of grace@example.com in/);
    rmSync(repository.path(SIGNERS_PATH));
    assert.match((await taggant('signoff', PAY, '--yes')).err, /is not in \.taggant\/allowed_signers/);
  });

  it('keeps nothing that would not count', async () => {
    const script = `#!/bin/sh\n[ "$2" = sign ] || exec ssh-keygen "$@"\nexec ssh-keygen -Y sign -n taggant -f '${keys.folder}/stranger' "$7"\n`;
    repository.git('config', 'gpg.ssh.program', keys.write('other', script, 0o700));
    const { code, err } = await taggant('signoff', PAY, '--yes');
    assert.deepEqual([code, statements()], [2, []]);
    assert.equal(
      err,
      `taggant: Nothing was written, for the sign-off would not count: the key ${keys.fingerprint('stranger')} is not in ${SIGNERS_PATH}.\n`,
    );
  });

  it('says how to choose a key', async () => {
    repository.git('config', '--unset', 'gpg.format');
    repository.git('config', '--unset', 'user.signingKey');
    const { code, err } = await taggant('signoff', PAY, '--yes');
    assert.equal(code, 2);
    assert.match(
      err,
      /^taggant: A sign-off is signed with an SSH key, and no SSH key is set\. Set one with "git config gpg\.format ssh"/,
    );
  });

  it('says what it does not understand', async () => {
    const fails = async (args: string[], message: RegExp) => {
      const { code, err } = await taggant('signoff', ...args);
      assert.equal(code, 2);
      assert.match(err, message);
    };
    await fails([], /Say what to sign off/);
    await fails(['--list', PAY], /Use --list or --verify alone/);
    await fails(['--list', '--verify'], /Use --list or --verify alone/);
    await fails([PAY, '--json'], /--json goes with/);
    await fails([PAY, '--rule', 'chekout'], /has no rule "chekout"\. Did you mean "checkout"\?/);
    repository.write(POLICY_PATH, '{');
    await fails([PAY], /The policy cannot be used/);
  });

  it('lists what waits, by whom it waits for', async () => {
    const nobody = await taggant('signoff', '--list');
    assert.match(nobody.out, /^Not signed off, and nobody has asked:\n {2}services\/checkout\/pay\.ts:2-4: /);
    repository.git('config', 'user.email', 'ada@example.com');
    repository.git('config', 'user.name', 'Ada Lovelace');
    assert.deepEqual(await taggant('request', `${PAY}:2-4`, '--why', 'Please, before Friday.'), {
      code: 0,
      out: `${PAY}: a sign-off of 3 marked lines is requested.\n`,
      err: '',
      asked: [],
    });
    assert.equal(
      (await taggant('note', `${PAY}:2-4`, '--why', 'Asked for the total.')).out,
      `${PAY}: a note on 3 marked lines is kept.\n`,
    );
    const author = await taggant('signoff', '--list');
    assert.match(author.out, /^Waiting for others:\n {2}services\/checkout\/pay\.ts:2-4: /);
    repository.git('config', 'user.email', 'grace@example.com');
    const { code, out } = await taggant('signoff', '--list');
    assert.equal(code, 0);
    assert.match(
      out,
      /^Waiting for you:\n {2}services\/checkout\/pay\.ts:2-4: .* by Ada Lovelace <ada@example\.com>; /,
    );
    assert.match(out, /asked for by Ada Lovelace <ada@example\.com> on .*: Please, before Friday\./);
    assert.match(out, /note by Ada Lovelace <ada@example\.com>: Asked for the total\./);
    assert.match(out, /Not signed off, and nobody has asked:\n {2}services\/checkout\/pay\.ts:6: /);
    const { waiting } = JSON.parse((await taggant('signoff', '--list', '--json')).out);
    assert.deepEqual(
      waiting.map((one: Record<string, unknown>) => [one.startLine, one.endLine, one.waitsFor, one.canSign]),
      [
        [2, 4, 'you', true],
        [6, 6, 'nobody', true],
      ],
    );
    assert.equal((await taggant('signoff', PAY, '--yes')).code, 0);
    assert.equal((await taggant('signoff', '--list')).out, 'Nothing waits for a sign-off.\n');
  });

  it('verifies all signatures of the tree', async () => {
    assert.equal((await taggant('signoff', '--verify')).out, '0 signed statements: 0 valid, 0 not.\n');
    await taggant('signoff', `${PAY}:2-4`, '--yes');
    await taggant('review', PAY);
    const uuid = statements()
      .find((name) => 'signature' in statement(name))!
      .replace('.json', '');
    const valid = await taggant('signoff', '--verify');
    assert.equal(valid.code, 0);
    assert.equal(
      valid.out.replace(/^\S+/, 'DAY'),
      `DAY ${uuid} review by Grace <grace@example.com>: ${PAY}\n    valid, ${keys.fingerprint('grace')}\n1 signed statement: 1 valid, 0 not.\n`,
    );
    const forged = repository.read(statementPath(uuid)).replace('Grace <grace@', 'Grace <ada@');
    repository.write(statementPath('forged'), forged);
    writeSigners(`grace@example.com,ada@example.com ${keys.publicKey('grace')}`, 'not a line');
    const both = await taggant('signoff', '--verify');
    assert.equal(both.code, 1);
    assert.match(both.out, /forged review .*\n {4}does not count: its signature is of another text/);
    assert.match(both.out, /2 signed statements: 1 valid, 1 not\.\n$/);
    assert.match(both.err, /^taggant: \.taggant\/allowed_signers:2: /);
    const json = JSON.parse((await taggant('signoff', '--verify', '--json')).out);
    assert.deepEqual(
      json.statements.map(({ uuid: name, state, hardware }: Record<string, unknown>) => [
        name,
        state,
        hardware,
      ]),
      [
        [uuid, 'valid', false],
        ['forged', 'invalid', undefined],
      ].sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
    );
  });

  it('overrides a rule that allows it, with a reason', async () => {
    const overridden = await taggant('override', PAY, '--rule', 'checkout', '--why', 'Production is down.');
    assert.deepEqual(
      [overridden.code, overridden.out],
      [0, `${PAY}: the rule "checkout" is overridden for 4 marked lines.\n`],
    );
    assert.deepEqual([statement().kind, statement().rule], ['override', 'checkout']);
    assert.match(
      (await taggant('override', PAY, '--rule', 'x', '--why', 'y')).err,
      /has no rule "x"\. There are: "checkout"\./,
    );
    assert.match(
      (await taggant('override', PAY, '--rule', 'checkout', '--why', ' ')).err,
      /Say with --why the reason/,
    );
    writePolicy([{ ...CHECKOUT, override: 'never' }]);
    assert.match(
      (await taggant('override', PAY, '--rule', 'checkout', '--why', 'y')).err,
      /allows no override; ask for its sign-off/,
    );
  });

  it('signs what changes are judged by, as a whole file', async () => {
    const { code, out } = await taggant('signoff', POLICY_PATH, SIGNERS_PATH);
    assert.equal(code, 0);
    assert.match(out, /\n\.taggant\/policy\.json, the whole file as it is now\n/);
    assert.match(out, /\n\.taggant\/policy\.json: the whole file as it is now signed off\.\n/);
    const digest = createHash('sha256').update(repository.read(POLICY_PATH)).digest('base64url');
    const [policy, signers] = statement().files as { path: string; digest: string }[];
    assert.deepEqual([policy!.path, policy!.digest, signers!.path], [POLICY_PATH, digest, SIGNERS_PATH]);
    assert.equal((await taggant('signoff', '--verify')).code, 0);
    const none = await taggant('note', POLICY_PATH, '--why', 'x');
    assert.match(none.out, /^There is no marked text there/);
  });

  it('takes marks away only with what the rule wants for that', async () => {
    const unmark = ['unmark', `${PAY}:6`, '--why', 'Typed by hand.'];
    writePolicy([{ ...CHECKOUT, unmark: 'never' }]);
    const never = await taggant(...unmark);
    assert.match(
      never.err,
      /^taggant: The rule "checkout" lets nobody take marks away from services\/checkout\/pay\.ts\./,
    );
    writePolicy([{ ...CHECKOUT, unmark: 'sign-off' }]);
    assert.match(
      (await withPerson(repository.root, unmark, { isThere: false })).err,
      /there is no terminal to ask them/,
    );
    assert.match(
      (await withPerson(repository.root, unmark, { answer: false })).err,
      /Nothing was signed, and the marks stay/,
    );
    repository.git('config', 'user.email', 'ada@example.com');
    signWith('ada');
    assert.match(
      (await taggant(...unmark)).err,
      /may only go with the signature of somebody with the role "senior"\.\n$/,
    );
    assert.deepEqual(statements(), []);
    repository.git('config', 'user.email', 'grace@example.com');
    assert.match(
      (await taggant(...unmark)).err,
      /your signature would not count: the key .* is not the key of grace@example\.com/,
    );
    assert.deepEqual(statements(), []);
    signWith('grace');
    const done = await taggant(...unmark);
    assert.deepEqual([done.code, done.err], [0, '']);
    assert.deepEqual([statement().kind, 'signature' in statement()], ['declare', true]);
    assert.equal((await taggant('signoff', '--verify')).code, 0);
    writePolicy([{ ...CHECKOUT, unmark: 'with-reason' }]);
    assert.equal(
      (await withPerson(repository.root, ['unmark', `${PAY}:2-4`, '--why', 'x'], { isThere: false })).code,
      0,
    );
    assert.deepEqual(statements().filter((name) => 'signature' in statement(name)).length, 1);
  });

  it('shows lines to their end, however narrow the terminal is', async () => {
    const line = `export const all = [${'1, '.repeat(100)}exec()];`;
    save(repository, PAY, `«${line}\n»`);
    assert.ok((await taggant('signoff', PAY)).out.includes(line));
  });

  it('says that there is nothing to speak of', async () => {
    for (const args of [
      ['note', `${PAY}:1`, '--why', 'x'],
      ['request', `${PAY}:1`],
      ['signoff', `${PAY}:1`],
    ])
      assert.match((await taggant(...args)).out, /^There is no marked text there/);
    assert.deepEqual(statements(), []);
  });

  if (HAS_TERMINALS) {
    it('asks for answer and passphrase at a real terminal', async () => {
      signWith('careful');
      writeSigners(`grace@example.com ${keys.publicKey('careful')}`);
      const program = await Program.build();
      try {
        const command = [process.execPath, program.file, 'signoff', PAY];
        const { code, out } = await atTerminal(
          command,
          repository.root,
          [
            { question: /do you answer for it\? \[y\/N\]/, answer: 'y' },
            { question: /passphrase/, answer: 'a long one' },
          ],
          { SSH_AUTH_SOCK: '', DISPLAY: '' },
        );
        assert.equal(code, 0, out);
        assert.match(out, /4 marked lines signed off\.\n$/);
        assert.equal(statements().length, 1);
        const declined = await atTerminal(command, repository.root, [
          { question: /\[y\/N\]/, answer: 'y' },
          { question: /passphrase/, answer: 'wrong' },
        ]);
        assert.equal(declined.code, 2);
        assert.match(
          declined.out,
          /taggant: Nothing was signed with the key ".*careful": the passphrase was wrong, or not given\.\n$/,
        );
        const piped = await program.run(repository.root, ['signoff', PAY, '--yes']);
        assert.equal(piped.code, 2);
        assert.equal(statements().length, 1);
      } finally {
        program.remove();
      }
    });
  }
});
