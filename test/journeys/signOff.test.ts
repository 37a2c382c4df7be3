import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { POLICY_PATH, SIGNERS_PATH, STATEMENTS_FOLDER } from '../../src/core/layout';
import { initRepository } from '../../src/engine/init';
import { readMarkedFile } from '../../src/engine/markedFile';
import { writeStatement } from '../../src/engine/review';
import { openRepository } from '../../src/repo/git';
import { eventually } from '../host/eventually';
import { Keys } from '../support/keys';
import { save } from '../support/marking';
import { describeInOneRow } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
const PAY = 'services/checkout/pay.ts';
const LOGIN = 'services/login/session.ts';
const CODE =
  'export const rate = 0.2;\n«export const total = (net: number) =>\n  Math.round(net * (1 + rate));\n»';
const THEMES = {
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  dark: 'Default Dark Modern',
};
const SESSION = 'export const limit = 3;\n«export const isLocked = (tries: number) =>\n  tries > limit;\n»';
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com' };
const GRACE = { name: 'Grace Hopper', email: 'grace@example.com' };

/** Sign-offs as people see them: whoever commits AI code on a critical path, and whoever answers for it. */
describeInOneRow('the sign-off of AI code on a critical path', () => {
  let repository: JourneyRepository;
  let keys: Keys;
  afterEach(() => {
    repository.remove();
    keys.remove();
  });

  /** AI code by Ada in two critical paths, staged. */
  async function setUp(person: typeof ADA, rule: object = {}): Promise<void> {
    repository = new JourneyRepository({ [PAY]: 'export const rate = 0.2;\n' });
    keys = new Keys();
    repository.git('config', 'user.name', person.name);
    repository.git('config', 'user.email', person.email);
    repository.git('config', 'gpg.format', 'ssh');
    repository.git('config', 'user.signingKey', keys.make('key'));
    repository.write(SIGNERS_PATH, `${GRACE.email},@payments ${keys.publicKey('key')}\n`);
    const demand = { signOff: { role: 'senior' }, note: 'required', ...rule };
    const rules = [
      { name: 'checkout and pricing', paths: ['services/checkout/**'], ...demand },
      { name: 'login', paths: ['services/login/**'], ...demand },
    ];
    const roles = { senior: [GRACE.email], junior: ['*'] };
    repository.write(POLICY_PATH, JSON.stringify({ version: 1, roles, rules }));
    await initRepository(await openRepository(repository.root), {
      confirm: async () => true,
      cliPath: CLI,
      nodePath: process.execPath,
    });
    repository.commitAll('Set up');
    save(repository, PAY, CODE);
    save(repository, LOGIN, SESSION);
    repository.git('add', 'services');
  }

  const head = () => repository.git('rev-parse', 'HEAD').trim();
  const statementsOf = (revision: string): Record<string, string>[] =>
    repository
      .git('ls-tree', '-r', '--name-only', revision, STATEMENTS_FOLDER)
      .split('\n')
      .filter(Boolean)
      .map((name) => JSON.parse(repository.show(revision, name)!))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1));

  async function open(): Promise<Workbench> {
    const workbench = await openWorkbench(repository.root);
    const folder = repository.path('.git/taggant/editors');
    await eventually(
      'the editor can be asked',
      async () => existsSync(folder) && readdirSync(folder).length > 0,
    );
    return workbench;
  }

  /** A picture in each theme; ends in the one it began with. */
  async function pictures(workbench: Workbench, name: string): Promise<void> {
    await workbench.screenshot(`${name}-dark`);
    for (const [theme, id] of Object.entries(THEMES)) {
      await workbench.evaluate(async (vscode, chosen) => {
        await vscode.workspace.getConfiguration('workbench').update('colorTheme', chosen, true);
      }, id);
      const kind = theme === 'high-contrast' ? 'hc-black' : theme === 'light' ? 'vs' : 'vs-dark';
      await workbench.page.locator(`.monaco-workbench.${kind}`).waitFor();
      if (theme !== 'dark') await workbench.screenshot(`${name}-${theme}`);
    }
  }

  const input = (workbench: Workbench) => workbench.page.locator('.quick-input-widget input').first();

  it('is requested from the commit dialog, with the note that the rule wants', async () => {
    await setUp(ADA, { override: 'with-reason' });
    const before = head();
    const workbench = await open();
    const commit = repository.run('git', 'commit', '-m', 'Total');
    const dialog = await workbench.dialog();
    assert.match(
      dialog.detail,
      /checkout and pricing \(holds the commit\)\s+services\/checkout\/pay\.ts:2–3/,
    );
    assert.match(dialog.detail, /login \(holds the commit\)\s+services\/login\/session\.ts:2–3/);
    assert.deepEqual([...dialog.buttons].sort(), [
      'Cancel',
      'Commit with Override…',
      'Request Sign-off',
      'Review Now',
    ]);
    await pictures(workbench, 'sign-off-dialog');
    await dialog.click('Request Sign-off');
    await workbench.page.locator('.quick-input-message', { hasText: 'What was asked of the AI' }).waitFor();
    await workbench.screenshot('sign-off-note');
    await input(workbench).press('Enter');
    await workbench.page.locator('.quick-input-message', { hasText: 'Write a sentence' }).waitFor();
    await input(workbench).fill('Asked for the total with tax, rounded.');
    await input(workbench).press('Enter');
    const { code, stderr } = await commit;
    assert.equal(code, 0, stderr);
    assert.notEqual(head(), before);
    assert.match(stderr, /^Taggant: 2 places of this commit still to be signed off\./);
    assert.deepEqual(
      statementsOf('HEAD').map(({ kind, why }) => [kind, why]),
      [
        ['note', 'Asked for the total with tax, rounded.'],
        ['request', undefined],
      ],
    );
  });

  it('is overridden with a reason only, and never by one key', async () => {
    await setUp(ADA, { override: 'with-reason', signOff: undefined, note: 'optional' });
    const before = head();
    const workbench = await open();
    const first = repository.run('git', 'commit', '-m', 'Total');
    assert.deepEqual([...(await workbench.dialog()).buttons].sort(), [
      'Cancel',
      'Commit with Override…',
      'Review Now',
    ]);
    await pictures(workbench, 'override-dialog');
    await workbench.press('Enter');
    assert.equal((await first).code, 1);
    await workbench.until(
      'Enter leads to the code',
      (vscode) => vscode.window.activeTextEditor?.selection.active.line === 1,
      null,
    );
    const second = repository.run('git', 'commit', '-m', 'Total');
    await workbench.dialog();
    await workbench.press('Escape');
    assert.equal((await second).code, 1);
    assert.equal(head(), before);

    const third = repository.run('git', 'commit', '-m', 'Total');
    await (await workbench.dialog()).click('Commit with Override…');
    await input(workbench).waitFor();
    await input(workbench).press('Escape');
    // Whoever gives no reason is asked again how to go on.
    await (await workbench.dialog()).click('Commit with Override…');
    await input(workbench).fill('The shop is down; Grace knows.');
    await workbench.screenshot('override-reason');
    await input(workbench).press('Enter');
    const { code, stderr } = await third;
    assert.equal(code, 0, stderr);
    assert.notEqual(head(), before);
    assert.deepEqual(
      statementsOf('HEAD')
        .map(({ kind, rule, why }) => [kind, rule, why])
        .sort(),
      [
        ['override', 'checkout and pricing', 'The shop is down; Grace knows.'],
        ['override', 'login', 'The shop is down; Grace knows.'],
      ],
    );
  });

  it('waits in the view for whoever may sign, and is signed there', async () => {
    await setUp(GRACE);
    const repo = await openRepository(repository.root);
    for (const [kind, why] of [
      ['note', 'Asked for the total with tax, rounded.'],
      ['request', undefined],
    ] as const) {
      const texts = await Promise.all([PAY, LOGIN].map((path) => readMarkedFile(repo, path)));
      const by = { who: `${ADA.name} <${ADA.email}>`, time: new Date() };
      await writeStatement(repo, kind, texts, { ...by, ...(why ? { why } : {}) });
    }
    repository.commitAll('Total');
    const workbench = await open();
    await workbench.open(PAY, { line: 1, column: 4 });
    await workbench.command('taggant.worklist.focus');
    const view = workbench.page.locator('.pane', { hasText: 'AI Sign-off' }).last();
    await view.getByText('Waiting for Your Sign-off').waitFor();
    await view.getByText('asked by Ada Lovelace').first().waitFor();
    await pictures(workbench, 'sign-off-view');

    const row = view.locator('.monaco-list-row', { hasText: 'pay.ts' });
    await row.click();
    await workbench.until(
      'the row leads to its place',
      (vscode) => vscode.window.activeTextEditor?.selection.active.line === 1,
      null,
    );
    await row.hover();
    await row.getByRole('button', { name: /^Sign Off AI Span/ }).click();
    const dialog = await workbench.dialog();
    assert.equal(dialog.message, 'Sign off 2 lines of AI code in 1 file?');
    assert.match(dialog.detail, /pay\.ts\s+lines 2–3, by Ada Lovelace \(checkout and pricing\)/);
    await pictures(workbench, 'sign-off-question');
    await dialog.click('Sign Off');
    await row.waitFor({ state: 'detached' });
    await workbench.open(PAY);
    const marks = await eventually('it is signed off', async () => {
      const found = await workbench.marks();
      return found.every(({ review }) => review === 'signed off') ? found : null;
    });
    assert.equal(marks?.length, 1);

    const signing = workbench.command('taggant.signOffChange');
    const rest = await workbench.dialog();
    assert.match(rest.detail, /session\.ts/);
    assert.doesNotMatch(rest.detail, /pay\.ts/);
    await rest.click('Sign Off');
    await signing;
    await view.getByText('No AI-generated code on critical paths waits').waitFor();
    await workbench.screenshot('sign-off-done');
    const signed = readdirSync(repository.path(STATEMENTS_FOLDER)).filter((name) =>
      repository.read(`${STATEMENTS_FOLDER}/${name}`).includes('SSH SIGNATURE'),
    );
    assert.equal(signed.length, 2);
  });

  it('shows what other extensions report in it, and is refused where the rule wants no errors', async () => {
    await setUp(GRACE, { diagnostics: 'block-sign-off' });
    const workbench = await open();
    await workbench.open(PAY, { line: 1, column: 16 });
    await workbench.until(
      'there is a finding',
      (vscode) =>
        vscode.languages
          .getDiagnostics(vscode.window.activeTextEditor!.document.uri)
          .some(({ source }) => source === 'taggant'),
      null,
    );
    await workbench.evaluate((vscode) => {
      const { Diagnostic, DiagnosticSeverity, Range } = vscode;
      const diagnostics = [
        new Diagnostic(new Range(1, 13, 1, 18), 'Unused.', DiagnosticSeverity.Warning),
        new Diagnostic(new Range(2, 2, 2, 6), 'No Math here.', DiagnosticSeverity.Error),
      ];
      for (const one of diagnostics) one.source = 'eslint';
      const { uri } = vscode.window.activeTextEditor!.document;
      vscode.languages.createDiagnosticCollection('eslint').set(uri, diagnostics);
    }, null);
    const hover = await workbench.hover('eslint reports 2 problems (1 error) in this AI code.');
    await workbench.screenshot('hover-dark');
    await hover.getByRole('link', { name: 'Sign Off…' }).or(hover.getByText('Sign Off…')).first().click();
    const refusal = workbench.page
      .locator('.notification-list-item', { hasText: 'eslint reports 1 error' })
      .first();
    // A toast in a window without focus waits in the list.
    await eventually('the refusal is shown', async () => {
      await workbench.command('notifications.showList');
      return refusal.isVisible();
    });
    assert.match(
      (await refusal.textContent()) ?? '',
      /the rule "checkout and pricing" wants none before a sign-off/,
    );
    await workbench.screenshot('refused-dark');
  });

  it("is asked about by Git's own prompt where no hook can be installed", async () => {
    await setUp(GRACE);
    rmSync(repository.path('.git/hooks/pre-commit'), { force: true });
    for (const key of ['hook.taggant.command', 'hook.taggant.event']) {
      await repository.run('git', 'config', '--unset-all', key);
    }
    const workbench = await open();
    const before = head();
    void workbench.command('taggant.toggleCommitPrompt');
    const settings = () =>
      workbench.evaluate((vscode) => {
        const configuration = vscode.workspace.getConfiguration('git.diagnosticsCommitHook');
        return ['enabled', 'sources'].map((key) => configuration.inspect(key)?.workspaceValue ?? null);
      }, null);
    await eventually('it is set', async () => (await settings()).every((value) => value !== null));
    assert.deepEqual(await settings(), [true, { '*': 'none', taggant: 'warning' }]);
    await workbench.until(
      'the staged files are told of',
      (vscode) =>
        vscode.languages
          .getDiagnostics()
          .filter(([, found]) => found.some(({ source }) => source === 'taggant')).length === 2,
      null,
    );
    await workbench.commit('Total');
    const dialog = await workbench.dialog();
    await workbench.screenshot('git-prompt-dark');
    assert.match(`${dialog.message} ${dialog.detail}`, /2 files that have unresolved diagnostics/);
    await workbench.press('Escape');
    assert.equal(head(), before);
    void workbench.command('taggant.toggleCommitPrompt');
    await eventually('it is as before', async () => (await settings()).every((value) => value === null));
  });
});
