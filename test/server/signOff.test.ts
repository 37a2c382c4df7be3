import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Hover } from 'vscode-languageserver-protocol';
import { POLICY_PATH, SIGNERS_PATH, STATEMENTS_FOLDER } from '../../src/core/layout';
import {
  type ChangeResult,
  DECLARE,
  type DeclareParams,
  MARK_REVIEWED,
  type Report,
  SIGN_OFF,
  type SignOffParams,
  type SignOffResult,
  type SignOffTarget,
  STATE,
  type StateParams,
  WORKLIST,
  type WorkItem,
  type WorklistResult,
} from '../../src/protocol';
import { Keys } from '../support/keys';
import { save } from '../support/marking';
import { TestRepository } from '../support/repository';
import { TestClient } from './client';

const PAY = 'services/pay.ts';
/** By Ada, see test/support/marking.ts. */
const CODE = 'const rate = 2;\n«export const tax = rate * 3;\nexport const fee = tax + 1;\n»human();\n';
const WHOLE = { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } };

describe('signing off over the language server', () => {
  let repository: TestRepository;
  let keys: Keys;
  let client: TestClient;

  /** Grace is at this machine; she is a senior, and her key is known. */
  beforeEach(() => {
    repository = new TestRepository();
    keys = new Keys();
    repository.git('config', 'user.name', 'Grace Hopper');
    repository.git('config', 'user.email', 'grace@example.com');
    repository.git('config', 'gpg.format', 'ssh');
    repository.git('config', 'user.signingKey', keys.make('grace'));
    repository.write(SIGNERS_PATH, `grace@example.com ${keys.publicKey('grace')}\n`);
    policy({});
    save(repository, PAY, CODE);
  });
  afterEach(async () => {
    await client.stop();
    keys.remove();
    repository.remove();
  });

  function policy(rule: object, seniors = ['grace@example.com']): void {
    const pay = { name: 'pay', paths: ['services/**'], signOff: { role: 'senior' }, ...rule };
    const roles = { senior: seniors, junior: ['*'] };
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, roles, rules: [pay] }));
  }
  const uriOf = (path: string) => pathToFileURL(repository.path(path)).toString();
  const start = async (options: Parameters<typeof TestClient.start>[1] = {}) => {
    client = await TestClient.start(repository.root, options);
    return client.open(repository.path(PAY), repository.read(PAY));
  };
  const signOff = (params: Partial<SignOffParams> = {}) =>
    client.connection.sendRequest<SignOffResult>(SIGN_OFF, {
      target: { kind: 'places', uri: uriOf(PAY) },
      dryRun: false,
      ...params,
    } satisfies SignOffParams);
  const state = (params: Omit<StateParams, 'target'>) =>
    client.connection.sendRequest<ChangeResult>(STATE, {
      target: { kind: 'places', uri: uriOf(PAY) },
      ...params,
    } satisfies StateParams);
  const items = async (): Promise<WorkItem[]> =>
    (await client.connection.sendRequest<WorklistResult>(WORKLIST)).repositories.flatMap((one) => one.items);
  const statements = () =>
    existsSync(repository.path(STATEMENTS_FOLDER)) ? readdirSync(repository.path(STATEMENTS_FOLDER)) : [];

  it('shows what would be signed, signs it, and knows it as signed off', async () => {
    const uri = await start();
    await client.until('there is a diagnostic', () => (client.diagnostics.get(uri) ?? []).length > 0);
    const plan = await signOff({ dryRun: true });
    assert.deepEqual(statements(), []);
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(plan.places, [
      {
        uri,
        path: PAY,
        range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
        lines: 2,
        rules: ['pay'],
        authors: ['Ada Lovelace <ada@example.com>'],
      },
    ]);
    const signed = await signOff({ expected: plan.digest });
    assert.equal(signed.places.length, 1);
    const [name] = statements();
    const statement = JSON.parse(repository.read(`${STATEMENTS_FOLDER}/${name}`));
    assert.equal(statement.kind, 'review');
    assert.equal(statement.role, 'senior');
    assert.match(statement.signature, /BEGIN SSH SIGNATURE/);
    await client.until('it is signed off', async () =>
      (await client.marked(uri)).every(({ review }) => review === 'signed off'),
    );
    await client.until('the diagnostic is gone', () => client.diagnostics.get(uri)!.length === 0);
    assert.deepEqual(await items(), []);
  });

  it('takes marks away with a reason, signed where the rule wants that, and never for whoever may not sign', async () => {
    const uri = await start();
    const mine = (more: Partial<DeclareParams> = {}) =>
      client.connection.sendRequest<ChangeResult>(DECLARE, {
        ...{ uri, ranges: [WHOLE], origin: 'human' },
        ...more,
      } satisfies DeclareParams);
    assert.deepEqual(await mine(), { changed: 0, needsReason: true });
    const unsigned = await mine({ why: 'Typed from paper.' });
    assert.equal(unsigned.changed, 0);
    assert.match(unsigned.needsSignature!, /"pay" lets marks go only when that is signed .* role "senior"/);
    assert.deepEqual(statements(), []);
    assert.equal((await client.marked(uri)).length, 1);
    await mine({ why: 'Typed from paper.', sign: true });
    assert.deepEqual(await client.marked(uri), []);
    const statement = JSON.parse(repository.read(`${STATEMENTS_FOLDER}/${statements()[0]}`));
    assert.deepEqual([statement.kind, statement.why], ['declare', 'Typed from paper.']);
    assert.match(statement.signature, /BEGIN SSH SIGNATURE/);
  });

  it('takes no marks away for somebody without the role, or where a rule says never', async () => {
    policy({}, ['alan@example.com']);
    const uri = await start();
    const said = { uri, ranges: [WHOLE], origin: 'human', why: 'Mine.', sign: true } satisfies DeclareParams;
    const refused = await client.connection.sendRequest<ChangeResult>(DECLARE, said);
    assert.match(refused.message!, /somebody with the role "senior"/);
    policy({ unmark: 'never' });
    const never = await client.connection.sendRequest<ChangeResult>(DECLARE, said);
    assert.match(never.message!, /lets nobody take marks away/);
    assert.equal((await client.marked(uri)).length, 1);
    assert.deepEqual(statements(), []);
  });

  it('signs nothing when the text is no longer the one that was shown', async () => {
    const uri = await start();
    const plan = await signOff({ dryRun: true });
    const at = client.text(uri).indexOf('rate * 3');
    await client.edit(uri, [{ start: at, end: at + 4, text: 'cost' }]);
    const { places, refusals } = await signOff({ expected: plan.digest });
    assert.deepEqual(places, []);
    assert.match(refusals[0]!, /changed while you were asked/);
    assert.deepEqual(statements(), []);
  });

  describe('says why nothing is signed', () => {
    const refusal = async (params: Partial<SignOffParams> = {}): Promise<string> => {
      const { places, refusals } = await signOff({ dryRun: true, ...params });
      assert.deepEqual(places, []);
      assert.equal(refusals.length, 1, refusals.join('\n'));
      assert.deepEqual((await signOff(params)).places, []);
      assert.deepEqual(statements(), []);
      return refusals[0]!;
    };

    it('without a key', async () => {
      repository.git('config', '--unset', 'user.signingKey');
      await start();
      assert.match(await refusal(), /^A sign-off is signed with an SSH key, and none is set\. Set one with/);
    });

    it('with a key that nobody knows', async () => {
      repository.git('config', 'user.signingKey', keys.make('other'));
      await start();
      assert.match(await refusal(), /is not in \.taggant\/allowed_signers.*add this line/);
    });

    it('without the role', async () => {
      policy({}, ['linus@example.com']);
      await start();
      assert.match(await refusal(), /wants the sign-off of a person with the role "senior"/);
    });

    it('for code of their own', async () => {
      repository.git('config', 'user.email', 'ada@example.com');
      policy({}, ['ada@example.com']);
      await start();
      assert.match(await refusal(), /this AI code is yours\. Use "Request Sign-off"/);
    });

    it('where another tool reports errors in it and the rule wants none', async () => {
      policy({ diagnostics: 'block-sign-off' });
      const uri = await start();
      const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 9 } };
      const report: Report = { uri, range, source: 'eslint', severity: 'error' };
      assert.equal(
        await refusal({ reports: [report] }),
        'eslint reports 1 error in this AI code (services/pay.ts:2), and the rule "pay" wants none before a sign-off.',
      );
      const elsewhere = { start: { line: 3, character: 1 }, end: { line: 3, character: 2 } };
      for (const harmless of [
        { ...report, severity: 'warning' as const },
        { ...report, uri: `${uri}x` },
        { ...report, range: elsewhere },
      ]) {
        const { places } = await signOff({ dryRun: true, reports: [harmless] });
        assert.equal(places.length, 1);
      }
    });

    it('in a workspace that is not trusted', async () => {
      await start({ trusted: false });
      assert.match(await refusal(), /^Trust this workspace first/);
      assert.match((await state({ statement: 'note', why: 'x' })).message!, /^trust this workspace first/);
      assert.deepEqual(statements(), []);
    });

    it('in the environment of an agent, where no note and no review is written either', async () => {
      await start({ environment: { CLAUDECODE: '1' } });
      assert.match(await refusal(), /a person's word.*Claude Code/);
      assert.match((await state({ statement: 'request' })).message!, /a person's word/);
      assert.match((await state({ statement: 'note', why: 'x' })).message!, /a person's word/);
      const reviewed = await client.connection.sendRequest<ChangeResult>(MARK_REVIEWED, { uri: uriOf(PAY) });
      assert.match(reviewed.message!, /a person's word/);
      assert.deepEqual(statements(), []);
    });

    it('where there is nothing to sign', async () => {
      await start();
      const line = { start: { line: 3, character: 2 }, end: { line: 3, character: 2 } };
      const target: SignOffTarget = { kind: 'places', uri: uriOf(PAY), ranges: [line] };
      assert.deepEqual(await signOff({ target }), { places: [], refusals: [], digest: '' });
    });
  });

  describe('lists what waits', () => {
    it('for nobody, for you and for others', async () => {
      save(repository, 'services/gone.ts', CODE);
      const uri = await start();
      const open = await items();
      assert.deepEqual(
        open.map(({ path, waitsFor, action, needs }) => [path, waitsFor, action, needs]),
        [
          ['services/gone.ts', 'nobody', 'sign', 'needs 1 sign-off by senior, not the author'],
          [PAY, 'nobody', 'sign', 'needs 1 sign-off by senior, not the author'],
        ],
      );
      assert.deepEqual(open[1]!.range, { start: { line: 1, character: 0 }, end: { line: 2, character: 27 } });
      assert.deepEqual(await state({ statement: 'request', why: 'Please.' }), { changed: 1 });
      const [, asked] = await items();
      assert.equal(asked!.waitsFor, 'you');
      assert.equal(asked!.requestedBy, 'Grace Hopper <grace@example.com>');
      await client.until('the status says who asked', () =>
        (client.statuses.get(uri)?.findings ?? []).some(({ requestedBy }) => /Grace/.test(requestedBy ?? '')),
      );
      assert.match((await state({ statement: 'request' })).message!, /requested already/);
    });

    it('for others where the role is missing', async () => {
      policy({}, ['linus@example.com']);
      await start();
      assert.equal((await items())[0]!.action, 'request');
      await state({ statement: 'request' });
      const [item] = await items();
      assert.deepEqual([item!.waitsFor, item!.action], ['others', 'wait']);
    });

    it('with the text as the editor has it, and follows what changes on disk', async () => {
      save(repository, 'services/closed.ts', CODE);
      const uri = await start();
      await client.edit(uri, [{ start: 0, text: '// typed\n' }]);
      const before = await items();
      assert.deepEqual(
        before.map(({ path, range }) => [path, range.start.line]),
        [
          ['services/closed.ts', 1],
          [PAY, 2],
        ],
      );
      save(repository, 'services/closed.ts', `// more\n// lines\n${CODE}`);
      assert.deepEqual(
        (await items()).map(({ range }) => range.start.line),
        [3, 2],
      );
    });

    it('and signs all of it, of one rule or of all, also in files that are not open', async () => {
      save(repository, 'services/closed.ts', CODE);
      await start();
      const rootUri = pathToFileURL(repository.root).toString();
      const none = await signOff({ target: { kind: 'change', rootUri, rule: 'other' }, dryRun: true });
      assert.deepEqual(none.places, []);
      const { places } = await signOff({ target: { kind: 'change', rootUri, rule: 'pay' } });
      assert.deepEqual(
        places.map(({ path }) => path),
        ['services/closed.ts', PAY],
      );
      assert.equal(statements().length, 1);
      await client.until('nothing waits', async () => (await items()).length === 0);
    });
  });

  it('asks for the note that a rule wants, and writes it with the request', async () => {
    policy({ note: 'required' });
    const uri = await start();
    assert.deepEqual(await state({ statement: 'request' }), { changed: 0, needsNote: true });
    assert.deepEqual(statements(), []);
    assert.deepEqual(await state({ statement: 'request', why: 'Asked for tax.' }), { changed: 1 });
    const kinds = statements().map(
      (name) => JSON.parse(repository.read(`${STATEMENTS_FOLDER}/${name}`)).kind,
    );
    assert.deepEqual(kinds.sort(), ['note', 'request']);
    const [item, ...others] = await items();
    assert.deepEqual(others, []);
    assert.equal(item!.note, 'Asked for tax.');
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 3 },
    });
    assert.match((hover.contents as { value: string }).value, /Asked for tax/);
  });

  it('offers what a person can do as code actions', async () => {
    policy({ note: 'required' });
    const uri = await start();
    const titles = async () => {
      const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: WHOLE,
        context: { diagnostics: [], triggerKind: 1 },
      });
      return actions.map(({ title }) => title);
    };
    await client.until('its marks are there', async () => (await client.marked(uri)).length > 0);
    assert.deepEqual(await titles(), ['Sign off…', 'Add note…', 'Mark as reviewed', 'This is mine']);
    await state({ statement: 'note', why: 'Asked for tax.' });
    await signOff();
    await client.until('nothing is left to sign', async () => !(await titles()).includes('Sign off…'));
  });

  it('tells of staged files that are not open, until they are', async () => {
    save(repository, 'services/closed.ts', CODE);
    repository.git('add', '-A');
    await start();
    const closed = uriOf('services/closed.ts');
    const told = () => client.diagnostics.get(closed) ?? [];
    await client.until('the closed file is told of', () => told().length > 0);
    assert.match(String(told()[0]!.message), /^pay: 2 lines of unreviewed AI code \(lines 2-3\)/);
    assert.deepEqual(told()[0]!.range.start, { line: 1, character: 0 });
    await client.open(repository.path('services/closed.ts'), 'human();\n');
    await client.until('the open text speaks for itself', () => told().length === 0);
    await client.close(closed);
    await client.until('it is told of again', () => told().length > 0);
    repository.git('rm', '-q', '--cached', 'services/closed.ts');
    await client.until('it is staged no more', () => told().length === 0);
  });

  it('tells on the policy which rules have ended', async () => {
    policy({ until: '2020-12-31' });
    await start();
    const address = uriOf(POLICY_PATH);
    await client.until('there is a notice', () => (client.diagnostics.get(address) ?? []).length > 0);
    const [notice, ...others] = client.diagnostics.get(address)!;
    assert.deepEqual(others, []);
    assert.equal(notice!.message, 'The rule "pay" ended on 2020-12-31 and holds no more.');
    assert.equal(notice!.severity, 3);
    const text = repository.read(POLICY_PATH);
    const { start: from, end } = notice!.range;
    assert.equal(text.slice(from.character, end.character), '"2020-12-31"');
    assert.deepEqual(await items(), []);
  });
});
