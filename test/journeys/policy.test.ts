import assert from 'node:assert/strict';
import { eventually } from '../host/eventually';
import { describeInOneRow } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench } from './workbench';

/** A policy with mistakes, as its author sees it in the editor. */
describeInOneRow('editing the policy', () => {
  let repository: JourneyRepository;
  afterEach(() => repository.remove());

  async function problemsOf(policy: string): Promise<string[]> {
    repository = new JourneyRepository({
      '.taggant/version': '1\n',
      '.taggant/policy.json': policy,
      'a.ts': '',
    });
    const workbench = await openWorkbench(repository.root);
    await workbench.open('.taggant/policy.json');
    const problems = await eventually('problems are shown', () =>
      workbench.evaluate((vscode) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        const all = vscode.languages.getDiagnostics(uri);
        return all.length > 0 ? all.map(({ message, range }) => `${range.start.line + 1}: ${message}`) : null;
      }, null),
    );
    await workbench.screenshot('policy');
    return problems ?? [];
  }

  it('shows a key that does not exist, once and at its place', async () => {
    const problems = await problemsOf('{\n  // our rules\n  "version": 1,\n  "rulez": []\n}\n');
    assert.equal(problems.filter((problem) => /rulez/.test(problem)).length, 1, problems.join('\n'));
    assert.ok(problems.some((problem) => problem.startsWith('4: ')));
  });

  it('shows what no schema can say', async () => {
    const rule = '{ "name": "same", "paths": ["a/**"] }';
    const problems = await problemsOf(
      `{\n  "version": 1,\n  "rules": [\n    ${rule},\n    ${rule}\n  ]\n}\n`,
    );
    assert.deepEqual(problems, ['5: There are two rules with the name "same"; give each its own.']);
  });
});
