import assert from 'node:assert/strict';
import { NO_OWN_KEYS, readOwnKeys, seenKey } from '../../src/core/acceptanceKeys';
import { gapsOf, type ObservedFacts, observationPage, waysIn } from '../../src/core/observation';

const FINE: ObservedFacts = {
  detection: 'reasons',
  keysAreOn: true,
  ownKeys: NO_OWN_KEYS,
  git: 'active',
  isTrusted: true,
  isServerRunning: true,
  assistants: ['github.copilot'],
  repositories: [
    {
      name: 'shop',
      isSetUp: true,
      hook: { isInstalled: true, message: 'Commits are checked.' },
      agents: [{ name: 'claude-code', isConfigured: true }],
    },
  ],
  seen: new Map([
    ['inlineCompletionAccept', 3],
    ['clipboard', 2],
  ]),
};
const [SHOP] = FINE.repositories as [ObservedFacts['repositories'][number]];

/** Names of the ways in of which something can be done, with what. */
const gaps = (facts: ObservedFacts) =>
  gapsOf(waysIn(facts)).map(({ name, gap, remedy }) => `${name}: ${gap} ${remedy}`);

describe('what is observed', () => {
  it('has no gaps where the editor names everything and all is set up', () => {
    assert.deepEqual(gaps(FINE), []);
    assert.ok(waysIn(FINE).every(({ observation }) => observation === 'observed'));
    const page = observationPage(waysIn(FINE));
    assert.match(page, /There are no gaps that Taggant knows of/);
    assert.match(page, /\| 3 \|/);
    assert.match(page, /disabled nothing is observed/);
  });

  it('says what is seen only in part without reasons, though nobody can do anything about that', () => {
    const facts: ObservedFacts = { ...FINE, detection: 'keybindings' };
    assert.deepEqual(gaps(facts), []);
    const parts = waysIn(facts).filter(({ observation }) => observation === 'in part');
    assert.equal(parts.length, 3);
    assert.ok(parts.every(({ gap }) => gap));
  });

  const LOST: [string, Partial<ObservedFacts>, RegExp][] = [
    ['key bindings that are off', { detection: 'keybindings', keysAreOn: false }, /detection\.keybindings/],
    [
      'a key binding that was taken away',
      { detection: 'keybindings', ownKeys: { unseen: [], removed: ['tab'] } },
      /take Taggant’s away on `tab`/,
    ],
    [
      'a key of one’s own that accepts',
      {
        detection: 'keybindings',
        ownKeys: {
          unseen: [{ key: 'ctrl+l', command: 'editor.action.inlineSuggest.commit', when: 'x' }],
          removed: [],
        },
      },
      /`ctrl\+l`.*"command": "runCommands".*"taggant\.noteAcceptance"/s,
    ],
    ['a git extension that is off', { git: 'disabled' }, /git\.enabled/],
    ['a workspace that is not trusted', { isTrusted: false }, /Manage Workspace Trust/],
    ['a server that does not run', { isServerRunning: false }, /Restart Language Server/],
    [
      'a hook that is not called',
      {
        repositories: [{ ...SHOP, hook: { isInstalled: false, message: 'Another hook *took* its place.' } }],
      },
      /Another hook \\\*took\\\* its place/,
    ],
    [
      'an agent without hooks',
      { repositories: [{ ...SHOP, agents: [{ name: 'codex', isConfigured: false }] }] },
      /taggant init --agents codex/,
    ],
  ];
  for (const [what, facts, says] of LOST) {
    it(`shows ${what}, and what to do`, () => {
      const all = { ...FINE, ...facts };
      const found = gaps(all);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0]!, says);
      assert.match(observationPage(waysIn(all)), says);
    });
  }

  it('says how to set a repository up, but warns nobody who has not', () => {
    const ways = waysIn({ ...FINE, repositories: [{ ...SHOP, isSetUp: false }] });
    assert.deepEqual(gapsOf(ways), []);
    assert.match(observationPage(ways), /not set up.*Set Up This Repository/s);
  });

  it('knows nothing of own key bindings it cannot read, and of commits it may not ask about', () => {
    const facts: ObservedFacts = {
      ...FINE,
      detection: 'keybindings',
      ownKeys: null,
      repositories: [{ ...SHOP, hook: null }],
    };
    assert.match(observationPage(waysIn(facts)), /cannot be read from here/);
    assert.equal(waysIn(facts).find(({ name }) => name === 'Commits in shop')?.observation, 'not known');
  });

  it('lets no name from a repository break the table', () => {
    const page = observationPage(waysIn({ ...FINE, repositories: [{ ...SHOP, name: 'a|b\n# c' }] }));
    assert.match(page, /Commits in a\\\|b \\# c/);
  });
});

describe('key bindings of one’s own', () => {
  it('are read with comments, and whatever else stands there', () => {
    const text = `// mine
[
  { "key": "ctrl+l", "command": "editor.action.inlineSuggest.commit", "when": "inlineSuggestionVisible" },
  { "key": "alt+w", "command": "editor.action.inlineSuggest.acceptNextWord" },
  { "key": "tab", "command": "-runCommands" },
  { "key": "f5", "command": "-runCommands" },
  { "key": "ctrl+k", "command": "something.else" },
  { "key": 5 }, null,
]`;
    assert.deepEqual(readOwnKeys(text), {
      unseen: [
        { key: 'ctrl+l', command: 'editor.action.inlineSuggest.commit', when: 'inlineSuggestionVisible' },
        { key: 'alt+w', command: 'editor.action.inlineSuggest.acceptNextWord' },
      ],
      removed: ['tab'],
    });
  });

  it('may be none, or no list', () => {
    assert.deepEqual(readOwnKeys(' '), NO_OWN_KEYS);
    assert.equal(readOwnKeys('{}'), null);
    assert.equal(readOwnKeys('['.repeat(2_000_000)), null);
  });

  it('become such that tell us, with the editor’s command first', () => {
    const seen = JSON.parse(seenKey({ key: 'alt+w', command: 'editor.action.inlineSuggest.acceptNextWord' }));
    assert.deepEqual(seen, {
      key: 'alt+w',
      command: 'runCommands',
      args: {
        commands: [
          'editor.action.inlineSuggest.acceptNextWord',
          { command: 'taggant.noteAcceptance', args: ['word'] },
        ],
      },
    });
    assert.deepEqual(readOwnKeys(JSON.stringify([seen])), NO_OWN_KEYS, 'and are seen from then on');
  });
});
