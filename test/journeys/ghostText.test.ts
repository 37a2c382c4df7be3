import assert from 'node:assert/strict';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench } from './workbench';

/** What all other journeys stand on: the screen, the keys, the offers and the API agree. */
describe('a window with ghost text', () => {
  let repository: JourneyRepository;
  before(() => {
    repository = new JourneyRepository({ 'a.ts': 'const first = 1;\n\n' });
  });
  after(() => repository.remove());

  it('accepts what it shows, word by word and whole', async () => {
    const workbench = await openWorkbench(repository.root);
    await workbench.open('a.ts', { line: 1, column: 0 });
    await workbench.offer({ after: 'const total = ', text: 'first + 1;\nconst rest = total - first;' });
    await workbench.type('const total = ');
    await workbench.ghostText('first + 1;\nconst rest = total - first;');
    await workbench.press('Control+ArrowRight');
    assert.equal(await workbench.textWith('= first'), 'const first = 1;\nconst total = first\n');
    await workbench.ghostText(' + 1;');
    await workbench.screenshot('ghost-text');
    await workbench.press('Tab');
    await workbench.textWith('const rest = total - first;');
    await workbench.noGhostText();
    const [mark, ...others] = await workbench.marks();
    assert.deepEqual(others, []);
    assert.equal(mark?.text, 'first + 1;\nconst rest = total - first;');
    assert.equal(mark?.evidence, ROW === 'reasons' ? 'exact' : 'accepted');
    await workbench.screenshot('accepted');
    await workbench.screenshot('accepted');
  });
});
