import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseCodeowners } from '../../src/core/codeowners';
import type { Contribution } from '../../src/core/contribution';
import { type Finding, failsCheck, holdsCommit } from '../../src/core/findings';
import type { Judgement } from '../../src/core/judge';
import type { Policy } from '../../src/core/policy';
import type { SignatureState } from '../../src/core/signatures';
import type { Statement, StatementKind } from '../../src/core/statements';
import { judge, judgementOf, policyOf } from './judgeExamples';
import { anyExample, type Example, fromLines, reviewOf } from './reviewExamples';

const PATH = 'services/checkout/pay.ts';
const AI = 'aaaaaa';
const TIM = 'Tim Tester <tim@example.com>';
const GRACE = 'Grace Hopper <grace@example.com>';
const LIN = 'Lin Chen <lin@example.com>';
const ADA = 'Ada Young <ada@example.com>';

const FILE = fromLines([
  ['export function total(price: number): number {', null],
  ['  const rate = rates.find(({ country }) => country === order.country);', AI],
  ['  return Math.round(price * (1 + rate.value));', AI],
  ['}', null],
]);
const ROLES = { senior: ['grace@example.com', 'lin@example.com'], junior: ['*'] };

function policy(rule: object = {}, more: object = {}): Policy {
  return policyOf({
    roles: ROLES,
    rules: [{ name: 'checkout', paths: ['services/**'], signOff: { role: 'senior' }, ...rule }],
    ...more,
  });
}

const TIMS: Contribution = { author: TIM, day: '2025-01-20', evidence: 'exact', tool: 'completions' };
const CONTRIBUTIONS = new Map([[AI, TIMS]]);

let number = 0;

/** A statement about a file (FILE without one), with a uuid of its own. */
function statement(
  kind: StatementKind,
  who: string,
  fields: Partial<Statement> = {},
  file = FILE,
): Statement {
  const uuid = `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
  return { ...reviewOf(PATH, file), uuid, kind, who, ...fields };
}

function signed(who: string, fields: Partial<Statement> = {}, file = FILE): Statement {
  return statement('review', who, { signature: 'of no matter', ...fields }, file);
}

/** The answer of a check that took each signature for one by the key of the `who` of its statement. */
function valid(...statements: readonly Statement[]): Map<string, SignatureState> {
  return new Map(statements.map((one) => [one.uuid, validFor(one.who)]));
}

type Valid = SignatureState & { state: 'valid' };

function validFor(who: string, more: Partial<Valid> = {}): SignatureState {
  const email = /<(.*)>/.exec(who)![1]!;
  return { state: 'valid', principals: [email], fingerprint: `SHA256:${email}`, hardware: false, ...more };
}

interface Setting extends Partial<Judgement> {
  readonly file?: Example;
  readonly path?: string;
}

function findings(statements: readonly Statement[], by: Policy, setting: Setting = {}): Finding[] {
  const { file = FILE, path = PATH, ...known } = setting;
  const signatures = valid(...statements.filter(({ signature }) => signature !== undefined));
  const judgement = judgementOf(by, { signatures, contributions: CONTRIBUTIONS, ...known });
  return judge(path, file, statements, judgement).findings;
}

function states(statements: readonly Statement[], by: Policy, setting: Setting = {}): string {
  const { file = FILE, path = PATH, ...known } = setting;
  const signatures = valid(...statements.filter(({ signature }) => signature !== undefined));
  const judgement = judgementOf(by, { signatures, contributions: CONTRIBUTIONS, ...known });
  return judge(path, file, statements, judgement)
    .spans.map(({ review }) => review)
    .join();
}

const kinds = (found: readonly Finding[]): string => found.map(({ kind }) => kind).join();
const rejected = (found: readonly Finding[]): readonly string[] => found.flatMap((one) => one.rejected ?? []);

describe('a rule that asks for a sign-off', () => {
  it('is met by a signed review of somebody with the role', () => {
    assert.equal(kinds(findings([], policy())), 'unreviewed');
    assert.equal(kinds(findings([signed(GRACE)], policy())), '');
    assert.equal(states([signed(GRACE)], policy()), 'signed off');
  });

  it('is not met by a review without a signature', () => {
    const found = findings([statement('review', GRACE)], policy());
    assert.equal(kinds(found), 'unsigned');
    assert.deepEqual(rejected(found), [
      'The review by Grace Hopper of 2025-01-31 is no sign-off: it carries no signature.',
    ]);
    assert.equal(states([statement('review', GRACE)], policy()), 'reviewed');
  });

  it('is not met by the author', () => {
    const lead = { roles: { senior: ['tim@example.com'] } };
    const found = findings([signed(TIM)], policy({}, lead));
    assert.equal(kinds(found), 'unsigned');
    assert.deepEqual(rejected(found), [
      'The sign-off by Tim Tester of 2025-01-31 does not count: the author of the code cannot be the one who signs it off.',
    ]);
    const own = policy({ signOff: { role: 'senior', notAuthor: false } }, lead);
    assert.equal(kinds(findings([signed(TIM)], own)), '');
  });

  it('knows the author by the key too', () => {
    const other = signed('Tim <tim@home.example>');
    const signatures = new Map([
      [other.uuid, validFor(other.who, { principals: ['tim@home.example', 'Tim@Example.com'] })],
    ]);
    const found = findings([other], policy({}, { roles: { senior: ['tim@home.example'] } }), { signatures });
    assert.match(rejected(found)[0]!, /the author of the code cannot/);
  });

  it('is not met where nobody can know whose code it is', () => {
    const found = findings([signed(GRACE)], policy(), { contributions: new Map() });
    assert.deepEqual(rejected(found), [
      'The sign-off by Grace Hopper of 2025-01-31 does not count: whose code it is cannot be known, for .taggant/contributions/aaaaaa.json is missing.',
    ]);
    const anybody = policy({ signOff: { role: 'senior', notAuthor: false } });
    assert.equal(kinds(findings([signed(GRACE)], anybody, { contributions: new Map() })), '');
  });

  it('is not met by somebody without the role', () => {
    assert.deepEqual(rejected(findings([signed(ADA)], policy())), [
      'The sign-off by Ada Young of 2025-01-31 does not count: ada@example.com does not have the role "senior".',
    ]);
  });

  it('is not met by a signature that is not valid, nor by one that nobody has checked', () => {
    const one = signed(GRACE);
    const revoked = { state: 'invalid', why: 'the key SHA256:x is not in .taggant/allowed_signers' } as const;
    assert.deepEqual(rejected(findings([one], policy(), { signatures: new Map([[one.uuid, revoked]]) })), [
      'The sign-off by Grace Hopper of 2025-01-31 does not count: the key SHA256:x is not in .taggant/allowed_signers.',
    ]);
    assert.deepEqual(rejected(findings([one], policy(), { signatures: new Map() })), [
      'The sign-off by Grace Hopper of 2025-01-31 does not count: its signature has not been checked.',
    ]);
  });

  it('takes the owners of the file, by forge names too', () => {
    const codeowners = parseCodeowners('services/ @example/payments\n');
    const owned = policy({}, { roles: { senior: ['@CODEOWNERS'] } });
    const one = signed(ADA);
    const known = (principals: string[]) => ({
      codeowners,
      signatures: new Map([[one.uuid, validFor(ADA, { principals })]]),
    });
    assert.equal(kinds(findings([one], owned, known(['ada@example.com', '@example/payments']))), '');
    assert.equal(kinds(findings([one], owned, known(['ada@example.com']))), 'unsigned');
  });

  it('counts people, not signatures', () => {
    const two = policy({ signOff: { role: 'senior', count: 2 } });
    const first = signed(GRACE);
    const again = signed(GRACE, { time: '2025-02-01T08:00:00Z' });
    assert.equal(kinds(findings([first, signed(LIN)], two)), '');
    const found = findings([first, again], two);
    assert.match(found[0]!.message, /with 1 of 2 sign-offs/);
    assert.deepEqual(rejected(found), [
      'The sign-off by Grace Hopper of 2025-02-01 does not count a second time: Grace Hopper has signed already.',
    ]);
  });

  it('takes two keys of one address, and two addresses of one key, for one person', () => {
    const two = policy({ signOff: { role: 'senior', count: 2 } });
    const [first, second] = [signed(GRACE), signed(LIN)];
    const signatures = (a: Partial<Valid>, b: Partial<Valid>) => ({
      signatures: new Map([
        [first.uuid, validFor(GRACE, a)],
        [second.uuid, validFor(LIN, b)],
      ]),
    });
    const sameKey = signatures({ fingerprint: 'SHA256:x' }, { fingerprint: 'SHA256:x' });
    assert.equal(kinds(findings([first, second], two, sameKey)), 'unsigned');
    const sameAddress = signatures({}, { principals: ['lin@example.com', 'GRACE@example.com'] });
    assert.equal(kinds(findings([first, second], two, sameAddress)), 'unsigned');
    const sameTeam = signatures(
      { principals: ['grace@example.com', '@example/payments', '*@example.com'] },
      { principals: ['lin@example.com', '@example/payments', '*@example.com'] },
    );
    assert.equal(kinds(findings([first, second], two, sameTeam)), '');
  });

  it('may want a key kept in hardware', () => {
    const hard = policy({ signOff: { role: 'senior', hardwareKey: true } });
    const one = signed(GRACE);
    assert.match(rejected(findings([one], hard))[0]!, /its key is not kept in hardware/);
    const signatures = new Map([[one.uuid, validFor(GRACE, { hardware: true })]]);
    assert.equal(kinds(findings([one], hard, { signatures })), '');
  });

  it('may let sign-offs expire', () => {
    const month = policy({ signOff: { role: 'senior', maxAgeDays: 30 } });
    const at = (now: string) => findings([signed(GRACE)], month, { now });
    assert.equal(kinds(at('2025-03-02T12:00:00Z')), '');
    const late = at('2025-03-02T12:00:01Z');
    assert.equal(kinds(late), 'unsigned');
    assert.deepEqual(rejected(late), [
      'The sign-off by Grace Hopper of 2025-01-31 has expired: sign-offs for the rule "checkout" count for 30 days.',
    ]);
  });

  it('takes no sign-off of tomorrow, or of a day that never was', () => {
    const one = (time: string) => rejected(findings([signed(GRACE, { time })], policy()))[0];
    assert.match(one('2025-02-03T00:00:00Z')!, /its time lies in the future/);
    assert.equal(one('2025-02-02T00:00:00Z'), undefined);
    assert.match(one('2025-13-31T00:00:00Z')!, /the calendar has no such day/);
  });

  it('says that signed text has changed since', () => {
    const changed = fromLines([
      ['export function total(price: number): number {', null],
      ['  const rate = rates.find(({ country }) => country === order.country);', AI],
      ['  return Math.round(price * (2 + rate.value));', AI],
      ['}', null],
    ]);
    const found = findings([signed(GRACE)], policy(), { file: changed });
    assert.deepEqual(
      found.map(({ kind, startLine, endLine }) => [kind, startLine, endLine]),
      [['unreviewed', 2, 3]],
    );
    assert.deepEqual(rejected(found), [
      'The sign-off by Grace Hopper of 2025-01-31 was for text that has since changed.',
    ]);
  });

  it('says no such thing of a sign-off whose text is still there', () => {
    const more = fromLines([
      ...FILE.text
        .split('\n')
        .slice(0, 3)
        .map((line, i) => [line, i > 0 ? AI : null] as const),
      ['}', null],
      ['export const another = compute(rates, order.country);', AI],
    ]);
    const found = findings([signed(GRACE)], policy(), { file: more });
    assert.deepEqual(
      found.map(({ startLine, rejected: why }) => [startLine, why]),
      [[4, undefined]],
    );
  });

  it('says of a sign-off that was for more only where it does not hold any more', () => {
    const changed = fromLines([
      ['export function total(price: number): number {', null],
      ['  const rate = rates.find(({ country }) => country === order.country);', AI],
      ['  return Math.round(price * (2 + rate.value));', AI],
      ['}', null],
    ]);
    const found = findings([signed(ADA)], policy(), { file: changed });
    assert.deepEqual(
      found.map(({ startLine, rejected: why }) => [startLine, why!.map((one) => one.slice(-20))]),
      [
        [1, ['ve the role "senior".'.slice(-20)]],
        [2, ['that has since changed.'.slice(-20)]],
      ],
    );
  });

  it('is not outdated by a formatter, and neither is one for a deletion', () => {
    const two = policy({ signOff: { role: 'senior', count: 2 } });
    const joined = fromLines([
      ['export function total(price: number): number {', null],
      ['  const rate = rates.find(', AI],
      ['    ({ country }) => country === order.country);', AI],
      ['  return Math.round(price * (1 + rate.value));', AI],
      ['}', null],
    ]);
    assert.deepEqual(rejected(findings([signed(GRACE)], two, { file: joined })), []);
    const more = { text: `${joined.text}const more = compute(rates);\n`, start: joined.text.length };
    const grown = {
      text: more.text,
      marks: {
        spans: [...joined.marks.spans, { start: more.start, end: more.text.length, label: AI }],
        deletions: [],
      },
    };
    const found = findings([signed(GRACE)], policy(), { file: grown });
    assert.deepEqual(
      found.map(({ startLine, rejected: why }) => [startLine, why]),
      [[5, undefined]],
    );
    const offset = FILE.text.indexOf('  return');
    const removed = { text: FILE.text, marks: { spans: [], deletions: [{ offset, label: AI }] } };
    const both = { text: FILE.text, marks: { ...FILE.marks, deletions: removed.marks.deletions } };
    assert.deepEqual(rejected(findings([signed(GRACE, {}, removed)], policy(), { file: both })), []);
  });

  it('says nothing of other signed statements whose text has changed', () => {
    const file = fromLines([['  return compute(the, total, of, everything);', AI]]);
    assert.deepEqual(rejected(findings([signed(GRACE, { kind: 'note', why: 'x' })], policy(), { file })), []);
  });

  it('says nothing of a sign-off of another file', () => {
    const other = { ...signed(GRACE), files: [{ ...reviewOf(PATH, FILE).files[0]!, path: 'lib/x.ts' }] };
    const text = fromLines([['  return compute(the, total, of, everything);', AI]]);
    assert.deepEqual(rejected(findings([other], policy(), { file: text })), []);
  });

  it('is not met by other kinds of statements, signed or not', () => {
    for (const kind of ['note', 'request', 'override', 'declare'] as const) {
      assert.equal(kinds(findings([signed(GRACE, { kind, why: 'Because.' })], policy())), 'unreviewed');
    }
  });

  it('says no more than can be read', () => {
    const many = Array.from({ length: 9 }, (_, i) => statement('review', `Person ${i} <p${i}@example.com>`));
    const why = rejected(findings(many, policy()));
    assert.equal(why.length, 6);
    assert.equal(why[5], '4 more statements about it do not count either.');
  });
});

describe('a rule', () => {
  const plain = (fields: object = {}, more: object = {}) => policy({ signOff: undefined, ...fields }, more);

  it('without a sign-off is met by a review of anybody', () => {
    assert.equal(kinds(findings([statement('review', TIM)], plain())), '');
    assert.equal(states([statement('review', TIM)], plain()), 'reviewed');
    assert.equal(states([signed(GRACE)], plain()), 'reviewed');
  });

  it('holds for the AI code of its authors, and where nobody knows them', () => {
    const juniors = plain({ authors: ['junior'] });
    const by = (author: string) => ({ contributions: new Map([[AI, { ...TIMS, author }]]) });
    assert.equal(kinds(findings([], juniors)), 'unreviewed');
    assert.equal(kinds(findings([], juniors, by(GRACE))), '');
    assert.equal(kinds(findings([], juniors, { contributions: new Map() })), 'unreviewed');
    // Somebody of whom the policy knows nothing at all is not somebody whom the rule leaves out.
    const named = plain(
      { authors: ['junior'] },
      { roles: { senior: ['grace@example.com'], junior: ['tim@example.com'] } },
    );
    assert.equal(kinds(findings([], named, by('Mallory <mallory@example.org>'))), 'unreviewed');
    assert.equal(kinds(findings([], named, by(GRACE))), '');
  });

  it('knows the forge names of an author by the allowed signers', () => {
    const team = plain({ authors: ['junior'] }, { roles: { junior: ['@example/interns'], senior: ['*'] } });
    assert.equal(kinds(findings([], team)), '');
    const principalsOf = (email: string) => (email === 'tim@example.com' ? ['@example/interns'] : []);
    assert.equal(kinds(findings([], team, { principalsOf })), 'unreviewed');
  });

  it('may want a note with a reason', () => {
    const noted = plain({ note: 'required' });
    assert.equal(kinds(findings([], noted)), 'unreviewed,note-missing');
    assert.equal(kinds(findings([statement('review', GRACE)], noted)), 'note-missing');
    assert.equal(
      kinds(findings([statement('review', GRACE), statement('note', TIM)], noted)),
      'note-missing',
    );
    const note = statement('note', TIM, { why: 'Asked for the total with tax.' });
    assert.equal(kinds(findings([statement('review', GRACE), note], noted)), '');
  });

  it('may look at text of unknown origin, as far as it says', () => {
    const pasted = fromLines([['  const pasted = compute(rates, order.country);', '?paste']]);
    const file = { file: pasted };
    assert.equal(kinds(findings([], plain(), file)), '');
    const [warning] = findings([], plain({ unknownOrigin: 'warn', note: 'required' }), file);
    assert.deepEqual([warning!.kind, warning!.enforcement], ['unknown-origin', 'warn']);
    assert.equal(
      kinds(findings([statement('review', TIM, {}, pasted)], plain({ unknownOrigin: 'block' }), file)),
      '',
    );
    const signing = policy({ unknownOrigin: 'block' });
    assert.equal(kinds(findings([statement('review', GRACE, {}, pasted)], signing, file)), 'unknown-origin');
    assert.equal(kinds(findings([signed(GRACE, {}, pasted)], signing, file)), '');
  });

  it('may look at what AI removed, as far as it says', () => {
    const offset = FILE.text.indexOf('}', FILE.text.indexOf('value'));
    const line = FILE.text.lastIndexOf('\n', offset) + 1;
    const removed = { text: FILE.text, marks: { spans: [], deletions: [{ offset: line, label: AI }] } };
    const file = { file: removed };
    assert.equal(kinds(findings([], plain(), file)), '');
    const [warning, ...others] = findings([], plain({ deletions: 'warn', note: 'required' }), file);
    assert.deepEqual(others, []);
    assert.deepEqual([warning!.kind, warning!.enforcement], ['deletion', 'warn']);
    assert.deepEqual([warning!.startLine, warning!.endLine], [3, 4]);
    assert.equal(
      kinds(findings([statement('review', TIM, {}, removed)], plain({ deletions: 'warn' }), file)),
      '',
    );
    const signing = policy({ deletions: 'block' });
    assert.equal(kinds(findings([statement('review', GRACE, {}, removed)], signing, file)), 'deletion');
    assert.equal(kinds(findings([signed(GRACE, {}, removed)], signing, file)), '');
  });

  it('holds on its days only', () => {
    const until = plain({ until: '2025-01-31' });
    assert.equal(kinds(findings([], until, { now: '2025-01-31T23:59:59Z' })), 'unreviewed');
    assert.equal(kinds(findings([], until, { now: '2025-02-01T00:00:00Z' })), '');
  });

  it('shows no span as signed off by a rule that is not met', () => {
    const two = policyOf({
      roles: ROLES,
      rules: [
        { name: 'one', paths: ['**'], signOff: { role: 'senior' } },
        { name: 'two', paths: ['services/**'], signOff: { role: 'senior', count: 2 } },
      ],
    });
    assert.equal(states([signed(GRACE)], two), 'reviewed');
    assert.equal(states([signed(GRACE), signed(LIN)], two), 'signed off');
    assert.equal(states([signed(GRACE)], two, { path: 'lib/x.ts' }), 'signed off');
  });
});

describe('a request', () => {
  const request = (fields: Partial<Statement> = {}) => statement('request', TIM, fields);

  it('lets the commit through, and no merge', () => {
    const [found, ...others] = findings([request()], policy());
    assert.deepEqual(others, []);
    assert.equal(found!.clearance, 'requested');
    assert.equal(found!.canRequest, undefined);
    assert.equal(holdsCommit(found!), false);
    assert.equal(failsCheck(found!, 'block', 'commit'), false);
    assert.equal(failsCheck(found!, 'block', 'merge'), true);
  });

  it('is for sign-offs only', () => {
    assert.equal(findings([request()], policy({ signOff: undefined }))[0]!.clearance, undefined);
    const noted = findings([request()], policy({ note: 'required' }));
    assert.deepEqual(
      noted.map(({ kind, clearance }) => [kind, clearance]),
      [
        ['unreviewed', 'requested'],
        ['note-missing', undefined],
      ],
    );
  });

  it('is for its rule only, when it names one', () => {
    assert.equal(findings([request({ rule: 'checkout' })], policy())[0]!.clearance, 'requested');
    assert.equal(findings([request({ rule: 'another' })], policy())[0]!.clearance, undefined);
  });

  it('splits what it was made for from the rest', () => {
    const part = reviewOf(PATH, FILE, [{ start: 60, end: 61 }]);
    const found = findings([request({ files: part.files })], policy());
    assert.deepEqual(
      found.map(({ startLine, endLine, clearance }) => [startLine, endLine, clearance]),
      [
        [1, 2, 'requested'],
        [2, 3, undefined],
      ],
    );
  });
});

describe('a check', () => {
  it('fails by warnings too, where it is not told otherwise', () => {
    const [warning] = findings([], policy({ enforcement: 'warn' }));
    assert.equal(holdsCommit(warning!), false);
    assert.equal(failsCheck(warning!, 'warn'), true);
    assert.equal(failsCheck(warning!, 'block'), false);
    assert.equal(failsCheck(findings([], policy())[0]!, 'block'), true);
  });
});

describe('an override', () => {
  const open = policy({ override: 'with-reason', note: 'required' });
  const override = (fields: Partial<Statement> = {}) =>
    statement('override', TIM, { rule: 'checkout', why: 'The shop is down.', ...fields });

  it('lets everything through that its rule asks for, and stays to be seen', () => {
    const found = findings([override()], open);
    assert.equal(kinds(found), 'unreviewed,note-missing');
    for (const one of found) {
      assert.equal(one.clearance, 'overridden');
      assert.equal(holdsCommit(one) || failsCheck(one, 'warn', 'merge'), false);
      assert.match(one.remedy, /^Tim Tester overrode the rule on 2025-01-31: The shop is down\. /);
    }
  });

  it('has to name the rule and the reason, and the rule has to allow it', () => {
    for (const [statements, by] of [
      [[override({ rule: 'another' })], open],
      [[override({ why: ' ' })], open],
      [[override()], policy()],
    ] as const) {
      assert.deepEqual(
        findings(statements, by).filter(({ clearance }) => clearance !== undefined),
        [],
      );
    }
    assert.equal(findings([], open)[0]!.canOverride, true);
    assert.equal(findings([], policy())[0]!.canOverride, undefined);
  });

  it('weighs more than a request', () => {
    assert.equal(findings([statement('request', TIM), override()], open)[0]!.clearance, 'overridden');
  });
});

describe('judging', () => {
  const strict = policy({
    note: 'required',
    unknownOrigin: 'block',
    deletions: 'block',
    authors: ['junior'],
  });

  it('finds every labelled character that nobody signed, and none that somebody did', () => {
    fc.assert(
      fc.property(anyExample, fc.nat(), fc.nat(), (example, a, b) => {
        const size = example.text.length + 1;
        const [start, end] = [Math.min(a % size, b % size), Math.max(a % size, b % size)];
        const one = { ...reviewOf(PATH, example, [{ start, end }]), uuid: 'one', who: GRACE, signature: 'x' };
        const contributions = new Map(['aaaaaa', 'bbbbbb'].map((label) => [label, TIMS]));
        const judgement = judgementOf(policy({ unknownOrigin: 'warn' }), {
          contributions,
          signatures: new Map([['one', validFor(GRACE)]]),
        });
        const { spans, findings: found } = judge(PATH, example, [one], judgement);
        const covered = (at: number): boolean => found.some((each) => each.start <= at && at < each.end);
        for (const span of spans) {
          for (let at = span.start; at < span.end; at++) {
            if (!/\S/.test(example.text[at]!)) continue;
            if (span.review !== 'signed off') assert.ok(covered(at), `${at} is not signed off`);
          }
          if (span.review === 'signed off') assert.deepEqual(span.statements, [one]);
        }
        for (const each of found) {
          assert.ok(
            spans.some((s) => s.review !== 'signed off' && s.start < each.end && s.end > each.start),
            'a finding without unsigned text',
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is made no milder by a statement that has no valid signature, except for what nobody signs', () => {
    const anyKind = fc.constantFrom<StatementKind[]>('review', 'declare');
    fc.assert(
      fc.property(anyExample, anyKind, fc.boolean(), (example, kind, isSigned) => {
        const more = { ...reviewOf(PATH, example), kind, ...(isSigned ? { signature: 'x' } : {}) };
        const places = (statements: Statement[]) =>
          judge(PATH, example, statements, judgementOf(strict)).findings.map(
            ({ start, end, enforcement, clearance }) => [start, end, enforcement, clearance].join(),
          );
        assert.deepEqual(places([more]), places([]));
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same whatever order the statements come in', () => {
    const all = [
      signed(GRACE),
      signed(LIN, { time: '2025-01-30T00:00:00Z' }),
      signed(ADA),
      statement('request', TIM),
      statement('note', TIM, { why: 'Because.' }),
      signed(GRACE, { time: '2025-01-29T00:00:00Z' }),
    ];
    const three = policy(
      { signOff: { role: 'senior', count: 3 }, note: 'required' },
      { roles: { ...ROLES, senior: [...ROLES.senior, 'edsger@example.com'] } },
    );
    const shape = (order: readonly Statement[]) =>
      findings(order, three).map(({ rejected: why, ...one }) => ({ ...one, why: [...(why ?? [])].sort() }));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
        assert.deepEqual(shape(order), shape(all));
      }),
    );
  });

  it('says what is wrong and what would clear it', () => {
    const request = statement('request', TIM, { why: 'Please look at the rounding.' });
    const override = statement('override', TIM, { rule: 'checkout', why: 'The shop is down' });
    const two = { signOff: { role: 'senior', count: 2, hardwareKey: true } };
    const hardware = signed(GRACE);
    const touched = new Map([[hardware.uuid, validFor(GRACE, { hardware: true })]]);
    const pasted = fromLines([['  const pasted = compute(rates, order.country);', '?paste']]);
    const removed = { text: FILE.text, marks: { spans: [], deletions: [{ offset: 0, label: AI }] } };
    const cases: [what: string, Finding[]][] = [
      ['nothing said', findings([], policy())],
      ['read, not signed', findings([statement('review', LIN)], policy())],
      ['one of two', findings([hardware], policy(two), { signatures: touched })],
      ['signed by the author', findings([signed(TIM)], policy({}, { roles: { senior: ['*'] } }))],
      ['requested', findings([request], policy())],
      ['overridden', findings([override], policy({ override: 'with-reason' }))],
      ['a note wanted', findings([signed(GRACE)], policy({ note: 'required' }))],
      ['unknown origin', findings([], policy({ unknownOrigin: 'warn' }), { file: pasted })],
      [
        'unknown origin, a review',
        findings([], policy({ signOff: undefined, unknownOrigin: 'block' }), { file: pasted }),
      ],
      ['a deletion', findings([], policy({ deletions: 'warn' }), { file: removed })],
      [
        'a deletion, a review',
        findings([], policy({ signOff: undefined, deletions: 'block' }), { file: removed }),
      ],
    ];
    const shown = cases.map(([what, found]) => {
      const each = found.map(({ kind, clearance, enforcement, message, remedy, rejected: why = [] }) =>
        [
          `  [${[kind, enforcement, clearance].filter(Boolean).join(', ')}] ${message}`,
          `    ${remedy}`,
          ...why.map((sentence) => `    - ${sentence}`),
        ].join('\n'),
      );
      return `${what}\n${each.join('\n')}\n`;
    });
    const golden = new URL('../golden/policy/signOffs.txt', import.meta.url);
    const result = shown.join('\n');
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, result);
    assert.equal(result, readFileSync(golden, 'utf8'));
  });
});
