import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { reviewedFile, reviewSpans } from '../../src/core/review';
import {
  MAX_STATEMENT_LENGTH,
  parseStatement,
  type Statement,
  type StatementContent,
  statementJson,
} from '../../src/core/statements';
import { anyExample, fromBrackets } from './reviewExamples';

const UUID = '0b2c7a51-43f6-4c0e-9a53-3f2f0d8f7c11';
const GOLDEN = new URL('../golden/statements/', import.meta.url);
const EXAMPLE = fromBrackets(`export function pay(order: Order) {
«  const total = sum(order.items);
  if (total > LIMIT) {
    return refuse(order);
  }
»
  return «charge(order, total)»;
}
`);
const REVIEW: StatementContent = {
  version: 1,
  kind: 'review',
  files: [reviewedFile('services/checkout/pay.ts', EXAMPLE.text, EXAMPLE.marks)],
  who: 'Alice Müller <alice@example.com>',
  time: '2025-01-31T12:00:00Z',
  rule: 'checkout, login and pricing',
  why: 'Read with the payments team.',
};

/** The review as JSON, with changes. */
function json(changes: object = {}): string {
  return JSON.stringify({ ...JSON.parse(statementJson(REVIEW)), ...changes });
}

function problem(text: string, uuid = UUID): string {
  const parsed = parseStatement(text, uuid);
  assert.ok('problem' in parsed, 'it should be refused');
  return parsed.problem;
}

function statement(text: string): Statement {
  const parsed = parseStatement(text, UUID);
  assert.ok(!('problem' in parsed), 'problem' in parsed ? parsed.problem : '');
  return parsed;
}

describe('statements', () => {
  it('are stored as one line of canonical JSON, the same bytes everywhere', () => {
    const golden = new URL('review.json', GOLDEN);
    const line = `${statementJson(REVIEW)}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, line);
    assert.equal(line, readFileSync(golden, 'utf8'));
  });

  it('still speak of the text they were made of: the golden file is a review of the example', () => {
    const read = statement(readFileSync(new URL('review.json', GOLDEN), 'utf8'));
    const spans = reviewSpans('services/checkout/pay.ts', EXAMPLE.text, EXAMPLE.marks, [read]);
    assert.deepEqual(new Set(spans.map((span) => span.review)), new Set(['reviewed']));
  });

  it('hold digests that anybody can compute', () => {
    const digest = (...value: (string | number)[]): string =>
      createHash('sha256').update(JSON.stringify(value)).digest('base64url');
    const [first, second] = REVIEW.files[0]!.blocks;
    assert.equal(second, undefined, 'a block goes on over a blank line');
    assert.deepEqual(first, {
      lines: [
        digest('const total=sum(order.items);', 0, 29, 'aaaaaa'),
        digest('if(total>LIMIT){', 0, 16, 'aaaaaa'),
        digest('return refuse(order);', 0, 21, 'aaaaaa'),
        digest('}', 0, 1, 'aaaaaa'),
        digest('return charge(order,total);', 7, 26, 'aaaaaa'),
      ],
      joined: digest(
        'const total=sum(order.items);if(total>LIMIT){return refuse(order);}return charge(order,total);',
        ...[0, 67, 'aaaaaa', 74, 93, 'aaaaaa'],
      ),
      labels: ['aaaaaa'],
      before: digest('export function pay(order:Order){'),
      after: digest('}'),
    });
  });

  it('hold the digests that the documentation computes', () => {
    const documentation = readFileSync(new URL('../../docs/statements.md', import.meta.url), 'utf8');
    const json = /printf '%s' '(.*)' \|/.exec(documentation)![1]!;
    const { text, marks } = fromBrackets('  return «charge(order, total)»;\n', '7Qm2xR');
    assert.deepEqual(reviewedFile('a.ts', text, marks).blocks[0]!.lines, [
      createHash('sha256').update(json).digest('base64url'),
    ]);
  });

  it('come back as they were, their name apart', () => {
    fc.assert(
      fc.property(anyExample, ({ text, marks }) => {
        const content = { ...REVIEW, files: [reviewedFile('a.ts', text, marks)] };
        const line = statementJson(content);
        assert.ok(!line.includes('\n'));
        assert.deepEqual(statement(line), { ...content, uuid: UUID });
        assert.equal(statementJson({ ...content, uuid: UUID }), line);
      }),
    );
  });

  it('of every kind are read, and those of an unknown kind are kept apart', () => {
    for (const kind of ['note', 'request', 'review', 'override', 'declare'] as const) {
      assert.equal(statement(json({ kind })).kind, kind);
    }
    assert.equal(statement(json({ kind: 'praise' })).kind, 'other');
    assert.equal(statement(json({ kind: 'other' })).kind, 'other');
    assert.equal(statement(json({ kind: 'toString' })).kind, 'other');
  });

  it('may carry keys of a later version, a signature among them', () => {
    const read = statement(
      json({ expires: '2030-01-01', signature: '-----BEGIN SSH SIGNATURE-----\n…', role: 'senior' }),
    );
    assert.equal(read.role, 'senior');
    assert.equal(read.signature, '-----BEGIN SSH SIGNATURE-----\n…');
    assert.ok(!('expires' in read));
  });

  const block = (changes: object): object => {
    const [file] = REVIEW.files;
    return { files: [{ path: 'a.ts', blocks: [{ ...file!.blocks[0], ...changes }] }] };
  };
  const refused: [what: string, text: string, says: RegExp][] = [
    ['nothing', '', /is not JSON/],
    ['half of it', json().slice(0, 200), /is not JSON/],
    ['binary', '\u0000\u0001\ufffd', /is not JSON/],
    ['conflict markers', `<<<<<<< ours\n${json()}\n=======\n>>>>>>> theirs\n`, /is not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['no version', json({ version: undefined }), /names no version/],
    ['a newer version', json({ version: 2 }), /version 2; update Taggant/],
    ['no kind', json({ kind: undefined }), /"kind" is not a text/],
    ['a kind that is no text', json({ kind: 7 }), /"kind" is not a text/],
    ['no files', json({ files: {} }), /"files" is not a list/],
    ['a file that is none', json({ files: [null] }), /entry of "files"/],
    ['a path that is no text', json({ files: [{ path: 1, blocks: [] }] }), /"path" is not a text/],
    ['a long path', json({ files: [{ path: 'a'.repeat(5000), blocks: [] }] }), /"path" is longer/],
    ['blocks that are no list', json({ files: [{ path: 'a' }] }), /"blocks" is not a list/],
    ['a block that is none', json({ files: [{ path: 'a', blocks: ['x'] }] }), /entry of "blocks"/],
    ['short digests', json(block({ lines: ['abc'] })), /SHA-256/],
    ['digests that are no text', json(block({ lines: [1] })), /SHA-256/],
    ['a strange neighbour', json(block({ before: '' })), /SHA-256/],
    ['strange labels', json(block({ labels: ['../x'] })), /no label/],
    ['nobody', json({ who: '' }), /"who" is not a text/],
    ['a forged line in a name', json({ who: 'Mallory\nAlice <alice@example.com>' }), /more than one line/],
    ['a forged line in a rule', json({ rule: 'a\u001b[2K' }), /more than one line/],
    ['no time', json({ time: 'yesterday' }), /"time" is not of the form/],
    ['a month that is none', json({ time: '2025-13-01T00:00:00Z' }), /"time" is not of the form/],
    ['a why that is no text', json({ why: {} }), /"why" is not a text/],
    ['a very long why', json({ why: 'x'.repeat(20_000) }), /"why" is longer/],
    ['too much', ' '.repeat(MAX_STATEMENT_LENGTH + 1), /larger than 8 MiB/],
  ];
  for (const [what, text, says] of refused) {
    it(`with ${what} are ignored, with a sentence`, () => {
      const sentence = problem(text);
      assert.match(sentence, says);
      assert.match(sentence, /^The statement \.taggant\/statements\/[-0-9a-f]+\.json is ignored: .*\.$/);
    });
  }

  it('with a name that is none are ignored, and told by their name without its control characters', () => {
    for (const name of ['../../etc/passwd', '', 'a b', '\u001b[31m', 'x'.repeat(1000)]) {
      const told = problem(json(), name);
      assert.match(
        told,
        /^\.taggant\/statements\/[^\p{Cc}]{0,200}\.json is ignored: no statement is called that\.$/u,
      );
    }
    assert.match(problem(json(), 'a b'), /^\.taggant\/statements\/a b\.json /);
  });

  it('of any content give a statement or a problem, never an error', () => {
    const damaged = fc
      .tuple(fc.nat(), fc.nat(20), fc.string({ maxLength: 4 }))
      .map(([at, length, put]) => json().slice(0, at % 900) + put + json().slice((at % 900) + length));
    const values = fc.record(
      {
        version: fc.constant(1),
        kind: fc.string(),
        files: fc.jsonValue(),
        who: fc.jsonValue(),
        time: fc.jsonValue(),
      },
      { requiredKeys: ['version'] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          damaged,
          values.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const parsed = parseStatement(text, UUID);
          if ('problem' in parsed) assert.match(parsed.problem, /\.$/);
          else assert.doesNotThrow(() => reviewSpans('a.ts', EXAMPLE.text, EXAMPLE.marks, [parsed]));
        },
      ),
      { numRuns: 2000 },
    );
    assert.match(problem('['.repeat(1_000_000)), /not JSON/);
    assert.match(problem(`${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}`), /names no version|not JSON/);
  });
});
