import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Finished } from '../support/program';
import { builtProgram, freshRepository } from '../support/suites';

const POLICY = `{
  // who is who
  "version": 1,
  "roles": { "senior": ["alice@example.com", "@CODEOWNERS", "*@lead.example.com"], "junior": ["*"] },
  "rules": [
    { "name": "checkout", "paths": ["services/checkout/**", "!**/*.md"],
      "signOff": { "role": "senior", "count": 2, "hardwareKey": true, "maxAgeDays": 365 },
      "authors": ["junior"], "note": "required", "unknownOrigin": "warn", "deletions": "block",
      "override": "with-reason", "diagnostics": "block-sign-off" },
    { "name": "money", "preset": "payments", "enforcement": "warn" },
    { "name": "freeze", "paths": ["**"], "until": "2020-01-31" },
    { "name": "later", "paths": ["services/**"], "from": "9998-01-01", "until": "9999-12-31" },
    { "name": "web", "paths": ["web/**"] },
  ],
}
`;

describe('taggant policy', () => {
  const program = builtProgram();
  const repository = freshRepository();
  beforeEach(() => {
    repository.write('.taggant/policy.json', POLICY);
    repository.write('.github/CODEOWNERS', '* @org/all\n!wrong @x\n/services/ @org/shop bob@example.com\n');
  });
  const taggant = (...args: string[]): Promise<Finished> => program.run(repository.root, ['policy', ...args]);

  it('explains which rules hold for a file, why, and who may sign', async () => {
    assert.deepEqual(await taggant('explain', 'services/checkout/pay.ts'), {
      code: 0,
      out: `services/checkout/pay.ts
owned by @org/shop, bob@example.com (.github/CODEOWNERS:3 /services/)

2 rules hold for it.

The rule "checkout" holds commits back
  because of its pattern services/checkout/**
  AI code needs 2 sign-offs of the role "senior": alice@example.com, the file's owners (@org/shop, bob@example.com), everybody at lead.example.com; not by its author; with a key kept in hardware; not older than 365 days
  for AI code by "junior" or of unknown author
  AI code needs a note by its author
  text of unknown origin: warns
  lines that AI removed: holds commits back
  somebody may commit against it with a reason
  marks are taken away only with a sign-off
  other tools' errors keep AI code from being signed off

The rule "money" warns
  because of the preset payments: **/{payment,payments,billing,checkout,pricing,price,prices,tax,taxes}/**
  AI code needs a review by anybody

The rule "freeze" has ended (until 2020-01-31)
  because of its pattern **

The rule "later" has not begun (from 9998-01-01 until 9999-12-31)
  because of its pattern services/**

The rule "freeze" ended on 2020-01-31 and holds no more.
The rule "later" holds from 9998-01-01 on, not yet.
`,
      err: 'taggant: Line 2 of CODEOWNERS was passed over: it begins with "!", which is not supported there.\n',
    });
  });

  it('explains for programs', async () => {
    const { code, out } = await taggant('explain', 'services/checkout/pay.ts', '--json');
    assert.equal(code, 0);
    const { rules, ...file } = JSON.parse(out);
    assert.deepEqual(file, {
      file: 'services/checkout/pay.ts',
      owners: ['@org/shop', 'bob@example.com'],
      ownersFrom: [{ path: '.github/CODEOWNERS', line: 3, pattern: '/services/' }],
      notices: [
        'The rule "freeze" ended on 2020-01-31 and holds no more.',
        'The rule "later" holds from 9998-01-01 on, not yet.',
      ],
    });
    const short = rules.map(({ name, state, because, signers }: Record<string, unknown>) => [
      name,
      state,
      because,
      signers,
    ]);
    assert.deepEqual(short[0], [
      'checkout',
      'active',
      [{ pattern: 'services/checkout/**', preset: null }],
      [
        'alice@example.com',
        "the file's owners (@org/shop, bob@example.com)",
        'everybody at lead.example.com',
      ],
    ]);
    assert.deepEqual(
      short.slice(1).map(([name, state]: string[]) => [name, state]),
      [
        ['money', 'active'],
        ['freeze', 'ended'],
        ['later', 'not begun'],
      ],
    );
    assert.deepEqual(short[1]![2], [
      {
        pattern: '**/{payment,payments,billing,checkout,pricing,price,prices,tax,taxes}/**',
        preset: 'payments',
      },
    ]);
  });

  it('explains a file that no rule holds for, that nobody owns, and that is not there', async () => {
    repository.write('.github/CODEOWNERS', '*.ts @a\n');
    const { out } = await taggant('explain', 'docs/new.md');
    assert.match(
      out,
      /^docs\/new\.md\nowned by nobody \(no line of \.github\/CODEOWNERS names it\)\n\nNo rule holds for it\.\n/,
    );
  });

  it('says where a policy is wrong, and that there is none', async () => {
    repository.write('.taggant/policy.json', POLICY.replace('"role": "senior"', '"role": "senoir"'));
    const wrong = {
      code: 2,
      out: '',
      err: 'taggant: .taggant/policy.json:7:28: There is no role "senoir"; did you mean "senior"?\n',
    };
    assert.deepEqual(await taggant('check'), wrong);
    repository.write('.github/CODEOWNERS', '');
    assert.deepEqual(await taggant('explain', 'a.ts'), wrong);
    rmSync(repository.path('.taggant/policy.json'));
    const none = 'taggant: There is no .taggant/policy.json, so no rule holds; "taggant init" makes one.\n';
    assert.deepEqual(await taggant('check'), { code: 2, out: '', err: none });
    assert.deepEqual(await taggant('explain', 'a.ts'), { code: 2, out: '', err: none });
  });

  it('checks a policy', async () => {
    assert.deepEqual(await taggant('check'), {
      code: 0,
      out: `.taggant/policy.json has 5 rules and no mistakes.
The rule "freeze" ended on 2020-01-31 and holds no more.
The rule "later" holds from 9998-01-01 on, not yet.
`,
      err: '',
    });
  });

  it('refuses a file outside of the repository', async () => {
    const { code, err } = await taggant('explain', '../elsewhere.ts');
    assert.equal(code, 2);
    assert.equal(err, 'taggant: ../elsewhere.ts is not a file of this repository.\n');
  });
});
