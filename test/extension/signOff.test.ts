import assert from 'node:assert/strict';
import { withoutPrompt, withPrompt } from '../../src/extension/commitPromptSettings';
import { reportsText } from '../../src/extension/surfaces/reportsText';
import { signOffDetail, signOffQuestion } from '../../src/extension/surfaces/signOffText';
import { rowOf, waitingForYou, worklistTree } from '../../src/extension/surfaces/worklistTree';
import type { SignOffPlace, WorkItem, WorklistResult } from '../../src/protocol';

const range = (first: number, last: number) => ({
  start: { line: first, character: 0 },
  end: { line: last, character: 0 },
});

function item(more: Partial<WorkItem> = {}): WorkItem {
  return {
    uri: 'file:///shop/services/pay.ts',
    path: 'services/pay.ts',
    range: range(2, 4),
    rule: 'checkout',
    enforcement: 'block',
    waitsFor: 'nobody',
    action: 'sign',
    message: '3 lines of unreviewed AI code (lines 3-5)',
    needs: 'needs 1 sign-off by senior, not the author',
    ...more,
  };
}

describe('the view of what waits', () => {
  const worklist: WorklistResult = {
    repositories: [
      {
        rootUri: 'file:///shop',
        items: [
          item({ action: 'review', rule: 'login' }),
          item({ waitsFor: 'you', requestedBy: 'Ada Lovelace <ada@example.com>', note: 'Asked for tax.' }),
          item({ waitsFor: 'others', action: 'wait' }),
          item(),
        ],
      },
      { rootUri: 'file:///other', items: [item({ waitsFor: 'you' })] },
    ],
  };

  it('has what waits for you first, then by rule, each repository by itself', () => {
    const shown = worklistTree(worklist).map((group) => [
      rowOf(group).label,
      group.rules.map((rule) => [rule.rule, rule.rootUri, rule.items.length]),
    ]);
    assert.deepEqual(shown, [
      [
        'Waiting for Your Sign-off',
        [
          ['checkout', 'file:///shop', 1],
          ['checkout', 'file:///other', 1],
        ],
      ],
      ['Waiting for Others', [['checkout', 'file:///shop', 1]]],
      [
        'Unreviewed on Critical Paths',
        [
          ['login', 'file:///shop', 1],
          ['checkout', 'file:///shop', 1],
        ],
      ],
    ]);
    assert.equal(waitingForYou(worklist), 2);
    assert.deepEqual(worklistTree({ repositories: [] }), []);
  });

  it('says in a row who asked, and behind it what is missing and what the note says', () => {
    const [group] = worklistTree(worklist);
    const row = rowOf(group!.rules[0]!.items[0]!);
    assert.equal(row.label, 'pay.ts:3–5');
    assert.equal(row.description, 'asked by Ada Lovelace');
    assert.deepEqual(row.tooltip, [
      'services/pay.ts:3–5',
      '3 lines of unreviewed AI code (lines 3-5)',
      'needs 1 sign-off by senior, not the author',
      'Sign-off requested by Ada Lovelace <ada@example.com>',
      'Note: Asked for tax.',
    ]);
  });

  it('offers in a row what its person can do', () => {
    const contexts = worklistTree(worklist).flatMap(({ rules }) =>
      rules.map((rule) => [rowOf(rule).context, rowOf(rule.items[0]!).context]),
    );
    assert.deepEqual(contexts, [
      ['taggant.rule.signable', 'taggant.item.sign'],
      ['taggant.rule.signable', 'taggant.item.sign'],
      ['taggant.rule', 'taggant.item.wait'],
      ['taggant.rule', 'taggant.item.review'],
      ['taggant.rule.signable', 'taggant.item.sign'],
    ]);
  });
});

describe('the question before a sign-off', () => {
  const place = (path: string, first: number, last: number): SignOffPlace => ({
    uri: `file:///shop/${path}`,
    path,
    range: range(first, last),
    lines: last - first + 1,
    rules: ['checkout'],
    authors: ['Ada Lovelace <ada@example.com>'],
  });

  it('says how much, where, whose and for which rule', () => {
    const places = [place('a.ts', 2, 4), place('a.ts', 8, 8), place('b.ts', 0, 0)];
    assert.equal(signOffQuestion(places), 'Sign off 5 lines of AI code in 2 files?');
    const detail = signOffDetail(places, ['Something is left out.']);
    assert.equal(
      detail,
      [
        'a.ts',
        '    lines 3–5, by Ada Lovelace (checkout)',
        '    line 9, by Ada Lovelace (checkout)',
        'b.ts',
        '    line 1, by Ada Lovelace (checkout)',
        '',
        'Your SSH key signs exactly this text: whoever changes it needs another sign-off.',
        '',
        'Not signed:',
        '    Something is left out.',
      ].join('\n'),
    );
  });

  it('stops at a screenful', () => {
    const places = Array.from({ length: 30 }, (_, i) => place(`${i}.ts`, 0, 1));
    assert.match(signOffDetail(places, []), /\nand 18 more places\n/);
  });
});

describe('what other extensions report', () => {
  it('is told by extension, with the errors among it', () => {
    const error = { source: 'eslint', severity: 'error' } as const;
    const warning = { source: 'eslint', severity: 'warning' } as const;
    assert.equal(reportsText([]), null);
    assert.equal(reportsText([warning, warning]), 'eslint reports 2 problems in this AI code.');
    assert.equal(
      reportsText([error, warning, { source: 'ts', severity: 'error' }]),
      'eslint reports 2 problems (1 error) and ts reports 1 problem (1 error) in this AI code.',
    );
  });
});

describe("Git's commit prompt", () => {
  it('asks about our findings alone where it asked about nothing, and is as before when taken back', () => {
    const { settings, ours } = withPrompt({}, false);
    assert.deepEqual(settings, { enabled: true, sources: { '*': 'none', taggant: 'warning' } });
    assert.deepEqual(withoutPrompt(settings, ours), { enabled: undefined, sources: undefined });
  });

  it('leaves what somebody has set', () => {
    const theirs = { enabled: true, sources: { eslint: 'error' } };
    const { settings, ours } = withPrompt(theirs, true);
    assert.deepEqual(settings, { enabled: true, sources: { eslint: 'error', taggant: 'warning' } });
    assert.deepEqual(withoutPrompt(settings, ours), theirs);
    const byUser = withPrompt({}, true);
    assert.deepEqual(byUser.settings, { enabled: undefined, sources: { taggant: 'warning' } });
    assert.deepEqual(withoutPrompt(byUser.settings, byUser.ours), { enabled: undefined, sources: undefined });
    const own = withPrompt({ sources: { '*': 'error' } }, false);
    assert.deepEqual(own.settings.sources, { '*': 'error', taggant: 'warning' });
    assert.deepEqual(withoutPrompt(own.settings, own.ours).sources, { '*': 'error' });
  });

  it('goes on asking about what somebody has added meanwhile', () => {
    const { settings, ours } = withPrompt({}, false);
    const later = { ...settings, sources: { ...settings.sources, eslint: 'error' } };
    assert.deepEqual(withoutPrompt(later, ours), {
      enabled: true,
      sources: { '*': 'none', eslint: 'error' },
    });
  });
});
