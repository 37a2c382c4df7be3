import assert from 'node:assert/strict';
import { eventually, settlesAs } from '../host/eventually';
import { ROW } from './hosts';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

/** Of a person: the first tells us nothing. */
const KEYBINDINGS = [
  { key: 'ctrl+l', command: 'editor.action.inlineSuggest.commit', when: 'inlineSuggestionVisible' },
  {
    key: 'ctrl+;',
    command: 'runCommands',
    args: {
      commands: [
        'editor.action.inlineSuggest.commit',
        { command: 'taggant.noteAcceptance', args: ['completion'] },
      ],
    },
    when: 'inlineSuggestionVisible',
  },
];
/** One VS Code serves them all. */
const WISHES = {
  settings: { 'taggant.detection.assistants': ['taggant-test.completions'] },
  keybindings: KEYBINDINGS,
};
const EXACT = ROW === 'reasons';
const LARGE = 'compute(first, second, third, fourth, fifth, sixth);';

/** Ways to accept a suggestion that are not the editor's keys, and what is said of what can be seen. */
describe('suggestions that are accepted otherwise', () => {
  let repository: JourneyRepository;
  beforeEach(() => {
    repository = new JourneyRepository({ 'a.txt': 'first\n\n', 'b.txt': 'second\n\n' });
  });
  afterEach(() => repository.remove());

  async function offerLarge(workbench: Workbench, typed: string): Promise<void> {
    await workbench.offer({ after: typed, text: LARGE });
    await workbench.type(typed);
    await workbench.ghostText(LARGE);
  }

  const marksBecome = (workbench: Workbench, expected: string[]) =>
    settlesAs(expected, async () =>
      (await workbench.marks()).map(({ text, origin, evidence }) => `${origin} ${evidence ?? ''}: ${text}`),
    );

  it('is unknown after a click on the toolbar, until suggestions are known to be in use; then it is inferred', async () => {
    const workbench = await openWorkbench(repository.root, WISHES);
    await workbench.open('a.txt', { line: 1, column: 0 });
    const click = async () => {
      const accept = workbench.page
        .locator('.inlineSuggestionsHints .action-label, .inlineSuggestionsHints a')
        .filter({ hasText: /Accept/ })
        .first();
      await eventually('the toolbar is there', async () => {
        await workbench.page.locator('.ghost-text, .ghost-text-decoration').first().hover();
        return accept.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      });
      await accept.click();
      await workbench.textWith(LARGE);
    };
    await offerLarge(workbench, 'a = ');
    await click();
    await workbench.screenshot('toolbar');
    if (EXACT) {
      await marksBecome(workbench, [`ai exact: ${LARGE}`]);
      return;
    }
    await workbench.until(
      'it is unknown',
      async (vscode) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        const { spans } = await vscode.extensions.getExtension('taggant.taggant')!.exports.getSpans(uri);
        return spans[0]?.origin === 'external';
      },
      null,
    );
    await workbench.open('b.txt', { line: 1, column: 0 });
    await workbench.offer({ after: 'x = ', text: 'one + two;' });
    await workbench.type('x = ');
    await workbench.ghostText('one + two;');
    await workbench.press('Tab');
    await workbench.textWith('one + two;');
    await workbench.press('Enter');
    await offerLarge(workbench, 'b = ');
    await click();
    await marksBecome(workbench, ['ai accepted: one + two;', `ai inferred: ${LARGE}`]);
  });

  it('is seen by a key of one’s own that tells us, and the page names those that do not', async () => {
    const workbench = await openWorkbench(repository.root, WISHES);
    await workbench.open('a.txt', { line: 1, column: 0 });
    await offerLarge(workbench, 'a = ');
    await workbench.press('Control+;');
    await workbench.textWith(LARGE);
    await marksBecome(workbench, [`ai ${EXACT ? 'exact' : 'accepted'}: ${LARGE}`]);

    await workbench.command('taggant.showObserved');
    const page = workbench.page
      .frameLocator('iframe.webview.ready')
      .frameLocator('iframe#active-frame')
      .locator('.markdown-body');
    await page.getByText('What Taggant observes in this window').waitFor();
    const text = (await page.textContent()) ?? '';
    assert.match(text, /Commits in/);
    if (EXACT) assert.doesNotMatch(text, /ctrl\+l/);
    else assert.match(text, /ctrl\+l.*editor\.action\.inlineSuggest\.commit.*taggant\.noteAcceptance/s);
    await workbench.screenshot('what-is-observed');
  });
});
