import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../host/eventually';
import { describeInOneRow } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/** What comes back after something ended that should not have. */
describeInOneRow('unsaved marks', () => {
  const AI = 'rate * 3;\nconst fee = 5;';
  let repository: JourneyRepository;
  beforeEach(() => {
    repository = new JourneyRepository({ 'a.ts': 'const rate = 2;\n\n', '.taggant/version': '1\n' });
  });
  afterEach(() => repository.remove());

  async function accept(workbench: Workbench, text = AI): Promise<void> {
    await workbench.open('a.ts', { line: 1, column: 0 });
    await workbench.offer({ after: 'const tax = ', text });
    await workbench.type('const tax = ');
    await workbench.ghostText('rate * 3;');
    await workbench.press('Tab');
    await workbench.textWith(text);
    await eventually('the mark is there', async () => (await workbench.marks()).length === 1);
  }

  /** The journal of the document, once it holds the part. */
  function journalWith(part: string): Promise<string> {
    const folder = repository.path('.git/taggant/journal');
    return eventually(`the journal holds ${part}`, async () => {
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
      return names.find((name) => readFileSync(join(folder, name), 'utf8').includes(part)) ?? '';
    });
  }

  it('survive the end of the language server', async () => {
    const workbench = await openWorkbench(repository.root);
    await accept(workbench);
    await workbench.type(' // mine');
    const journal = await journalWith('"text":"e"');
    const pid = Number(journal.split('-')[2]);
    process.kill(pid, 'SIGKILL');
    // Keys that meet a server which is just gone.
    await workbench.type(' and going on');
    await eventually('another server has taken over', async () => {
      const names = readdirSync(repository.path('.git/taggant/journal'));
      return names.some((name) => name.endsWith('.jsonl') && !name.includes(`-${pid}-`));
    });
    assert.deepEqual(
      (await workbench.marks()).map(({ text, origin }) => ({ text, origin })),
      [{ text: AI, origin: 'ai' }],
    );
  });

  it('come back with the unsaved text when the window is reloaded', async () => {
    let workbench = await openWorkbench(repository.root);
    // Another text than in the test before: its backup may still be there.
    const text = 'rate * 3;\nconst fee = 7;';
    await accept(workbench, text);
    await journalWith('fee = 7;');
    const home = await workbench.evaluate(
      (vscode) => vscode.extensions.getExtension('taggant.taggant')!.extensionPath,
      null,
    );
    const userData = join(home, '../../user-data');
    await eventually('the editor has a backup of it', async () =>
      readdirSync(userData, { recursive: true, encoding: 'utf8' }).some(
        (name) => /Backups/.test(name) && isFileWith(join(userData, name), 'fee = 7;'),
      ),
    );
    workbench = await workbench.reload();
    assert.match(await workbench.textWith('fee = 7;'), /const tax = /);
    assert.equal(readFileSync(repository.path('a.ts'), 'utf8').includes('fee'), false, 'never saved');
    assert.deepEqual(
      (await workbench.marks()).map((mark) => ({ text: mark.text, origin: mark.origin })),
      [{ text, origin: 'ai' }],
    );
  });
});

function isFileWith(file: string, part: string): boolean {
  return statSync(file).isFile() && readFileSync(file, 'utf8').includes(part);
}
