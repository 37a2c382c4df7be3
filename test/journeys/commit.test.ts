import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '../host/eventually';
import { cleanEnvironment } from '../support/repository';
import { describeInOneRow } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const CLI = resolve(import.meta.dirname, '../../dist/cli.js');
const FILE = 'services/checkout/pay.ts';
const AI = 'rate * 3;\nexport const fee = 5;';

/** A commit that carries unreviewed AI code on a critical path, from every place people commit from. */
describeInOneRow('committing AI code on a critical path', () => {
  let repository: JourneyRepository;

  function setUp(enforcement: 'warn' | 'block'): void {
    repository = new JourneyRepository({ [FILE]: 'const rate = 2;\n\n' });
    const rule = { name: 'checkout', paths: ['services/checkout/**'], enforcement };
    repository.write('.taggant/policy.json', JSON.stringify({ version: 1, rules: [rule] }));
    taggant(repository.root, 'init', '--yes');
    repository.commitAll('Set up');
  }
  afterEach(() => repository.remove());

  function taggant(cwd: string, ...args: string[]): string {
    return execFileSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8', env: cleanEnvironment() });
  }

  async function acceptAndSave(workbench: Workbench): Promise<void> {
    await workbench.open(FILE, { line: 1, column: 0 });
    await workbench.offer({ after: 'export const tax = ', text: AI });
    await workbench.type('export const tax = ');
    await workbench.ghostText('rate * 3;');
    await workbench.press('Tab');
    await workbench.textWith('fee = 5;');
    await workbench.press('Control+s');
    await workbench.until('it is saved', (vscode) => !vscode.window.activeTextEditor!.document.isDirty, null);
  }

  const head = () => repository.git('rev-parse', 'HEAD').trim();

  it('is held from a terminal by a dialog in the editor, and let through after the review', async () => {
    setUp('block');
    const before = head();
    const workbench = await openWorkbench(repository.root);
    await acceptAndSave(workbench);
    repository.git('add', FILE);
    const guardrail = workbench.statusBarItem(/1 to review/);
    await eventually('the status bar warns of the next commit', async () =>
      /warning-kind/.test((await guardrail.getAttribute('class')) ?? ''),
    );
    assert.match(
      (await guardrail.getAttribute('aria-label')) ?? '',
      /next commit will be stopped by 1 finding/,
    );
    await workbench.select({ line: 0, column: 0 });
    await guardrail.click();
    await workbench.until(
      'the click leads to the span',
      (vscode) => vscode.window.activeTextEditor?.selection.active.line === 1,
      null,
    );
    await workbench.screenshot('warning');
    const held = repository.run('git', 'commit', '-am', 'Tax');
    const dialog = await workbench.dialog();
    assert.equal(dialog.message, 'This commit carries 1 unreviewed AI span on a critical path.');
    assert.match(dialog.detail, /checkout \(holds the commit\)\s+services\/checkout\/pay\.ts:2–3/);
    assert.deepEqual([...dialog.buttons].sort(), ['Cancel', 'Review Now']);
    await workbench.screenshot('terminal-held');
    await dialog.click('Review Now');
    const result = await held;
    assert.equal(result.code, 1);
    assert.equal(head(), before);

    await workbench.command('taggant.markFileReviewed');
    await workbench.until(
      'it is reviewed',
      async (vscode) => {
        const { exports } = vscode.extensions.getExtension('taggant.taggant')!;
        const { spans } = await exports.getSpans(vscode.window.activeTextEditor!.document.uri);
        return spans.every(({ review }: { review: string }) => review === 'reviewed');
      },
      null,
    );
    const committed = await repository.run('git', 'commit', '-am', 'Tax');
    assert.equal(committed.code, 0, committed.stderr);
    assert.notEqual(head(), before);

    // What was accepted, character for character, in a fresh clone.
    const clone = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-clone-')));
    execFileSync('git', ['clone', '-q', repository.root, clone], { env: cleanEnvironment() });
    const { lines } = JSON.parse(taggant(clone, 'blame', FILE, '--json'));
    const text = readFileSync(join(clone, FILE), 'utf8').split('\n');
    const marked = lines
      .map(({ line, ranges }: { line: number; ranges: [number, number][] }) =>
        ranges.map(([start, end]) => text[line - 1]!.slice(start, end)).join('|'),
      )
      .filter(Boolean);
    assert.deepEqual(marked, AI.split('\n'));
    assert.deepEqual(
      new Set(
        lines
          .filter(({ origin }: { origin: string }) => origin)
          .map(({ review }: { review: string }) => review),
      ),
      new Set(['reviewed']),
    );
    rmSync(clone, { recursive: true });
  });

  it('can be committed all the same where the rule only warns', async () => {
    setUp('warn');
    const before = head();
    const workbench = await openWorkbench(repository.root);
    await acceptAndSave(workbench);
    const commit = repository.run('git', 'commit', '-am', 'Tax');
    const dialog = await workbench.dialog();
    await workbench.screenshot('warned');
    assert.deepEqual([...dialog.buttons].sort(), ['Cancel', 'Commit Anyway', 'Review Now']);
    await dialog.click('Commit Anyway');
    assert.equal((await commit).code, 0);
    assert.notEqual(head(), before);
  });

  it('is held with words on stderr when no editor has the repository open', async () => {
    setUp('block');
    const workbench = await openWorkbench(repository.root);
    await acceptAndSave(workbench);
    await workbench.until(
      'the sidecar is written',
      async (vscode, file) => {
        try {
          await vscode.workspace.fs.stat(vscode.Uri.file(file));
          return true;
        } catch {
          return false;
        }
      },
      repository.path('.taggant/tags', `${FILE}.tags`),
    );
    await workbench.close();
    const before = head();
    const { code, stderr } = await repository.run('git', 'commit', '-am', 'Tax');
    assert.equal(code, 1);
    assert.match(stderr.split('\n')[0]!, /^Taggant: 1 unreviewed AI span .*pay\.ts:2-3\. .*\.$/);
    assert.equal(head(), before);
    taggant(repository.root, 'review', FILE, '--why', 'Read at the terminal.');
    const committed = await repository.run('git', 'commit', '-am', 'Tax');
    assert.equal(committed.code, 0, committed.stderr);
    assert.match(repository.git('show', '--name-only', '--format=', 'HEAD'), /\.taggant\/statements\//);
  });

  it('is held by the dialog though no file is open', async () => {
    setUp('block');
    repository.write(FILE, 'const rate = 2;\nexport const tax = rate * 3;\n');
    taggant(repository.root, 'mark', `${FILE}:2`, '--tool', 'ChatGPT');
    const workbench = await openWorkbench(repository.root);
    const folder = repository.path('.git/taggant/editors');
    await eventually(
      'the editor can be asked',
      async () => existsSync(folder) && readdirSync(folder).length > 0,
    );
    const held = repository.run('git', 'commit', '-am', 'Tax');
    const dialog = await workbench.dialog();
    await dialog.click('Review Now');
    assert.equal((await held).code, 1);
    await workbench.textWith('rate * 3');
  });

  it('is let through in silence when nothing on a critical path is AI', async () => {
    setUp('block');
    repository.write(FILE, 'const rate = 3;\n');
    const { code, stderr } = await repository.run('git', 'commit', '-am', 'Rate');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});
