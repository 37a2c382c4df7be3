import assert from 'node:assert/strict';
import { commitChoices, impliedStatements } from '../../src/core/commitChoices';
import {
  type CommitAnswer,
  type ConfirmCommitRequest,
  parseEditorAnswer,
  parseEditorRequest,
} from '../../src/core/editorMessages';
import type { Finding } from '../../src/core/findings';

function finding(more: Partial<Finding> = {}): Finding {
  return {
    kind: 'unreviewed',
    path: 'services/pay.ts',
    startLine: 1,
    endLine: 2,
    start: 10,
    end: 20,
    rule: 'pay',
    enforcement: 'block',
    label: 'abcdef',
    labels: ['abcdef'],
    message: '1 line of unreviewed AI code (line 2)',
    remedy: 'Read it.',
    ...more,
  };
}

const offered = (findings: Finding[], agent?: string): string[] => {
  const { held, needsNote, ...choices } = commitChoices(findings, agent);
  return Object.entries(choices).flatMap(([name, isOffered]) => (isOffered ? [name] : []));
};
const implied = (findings: Finding[], answer: CommitAnswer, agent?: string) =>
  impliedStatements(answer, commitChoices(findings, agent))?.map(({ kind, rule, why, findings: about }) => ({
    kind,
    ...(rule === undefined ? {} : { rule }),
    ...(why === undefined ? {} : { why }),
    about: about.length,
  })) ?? null;

describe('the choices while a commit waits', () => {
  const request = finding({ canRequest: true });
  const note = finding({ kind: 'note-missing' });
  const override = finding({ canOverride: true });

  it('are to go on where nothing holds it', () => {
    assert.deepEqual(offered([finding({ enforcement: 'warn' })]), ['commit']);
    assert.deepEqual(offered([finding({ clearance: 'requested' })]), ['commit']);
  });

  it('are none where a rule allows none', () => {
    assert.deepEqual(offered([finding()]), []);
    assert.deepEqual(offered([finding({ enforcement: 'warn' }), finding()]), []);
  });

  it('are a request where every rule takes one, with a note where one is missing', () => {
    assert.deepEqual(offered([request]), ['request']);
    assert.deepEqual(offered([request, finding()]), []);
    assert.deepEqual(offered([request, note]), ['request']);
    assert.deepEqual(offered([request, finding({ enforcement: 'warn' })]), ['request']);
  });

  it('are a note where only that is missing', () => {
    assert.deepEqual(offered([note]), ['note']);
    assert.deepEqual(offered([note, finding()]), []);
  });

  it('are an override where every rule allows one', () => {
    assert.deepEqual(offered([override]), ['override']);
    assert.deepEqual(offered([override, request]), []);
  });

  it('are none that says something where an agent commits', () => {
    const all = finding({ canRequest: true, canOverride: true });
    assert.deepEqual(offered([all], 'an AI agent'), []);
    assert.deepEqual(offered([note], 'an AI agent'), []);
    assert.equal(implied([all], { decision: 'override', why: 'x' }, 'an AI agent'), null);
    assert.equal(implied([all], { decision: 'request' }, 'an AI agent'), null);
  });
});

describe('the statements that an answer implies', () => {
  const request = finding({ canRequest: true });
  const note = finding({ kind: 'note-missing' });

  it('are none for going on, and no answer for what was not offered', () => {
    assert.deepEqual(implied([finding({ enforcement: 'warn' })], { decision: 'commit' }), []);
    for (const decision of ['commit', 'request', 'review', 'cancel'] as const)
      assert.equal(implied([finding()], { decision }), null);
    assert.equal(implied([finding({ canOverride: true })], { decision: 'override' }), null, 'no reason');
    assert.equal(implied([finding()], { decision: 'override', why: 'Now.' }), null);
  });

  it('are the request, and the note where one is missing', () => {
    assert.deepEqual(implied([request], { decision: 'request' }), [
      { kind: 'request', rule: 'pay', about: 1 },
    ]);
    assert.equal(implied([request, note], { decision: 'request' }), null, 'no note');
    assert.deepEqual(implied([request, note], { decision: 'request', note: 'Asked for tax.' }), [
      { kind: 'note', why: 'Asked for tax.', about: 1 },
      { kind: 'request', rule: 'pay', about: 1 },
    ]);
    assert.deepEqual(implied([note], { decision: 'commit', note: 'Asked for tax.' }), [
      { kind: 'note', why: 'Asked for tax.', about: 1 },
    ]);
  });

  it('are one request for several rules, and one override for each', () => {
    const both = { canRequest: true, canOverride: true };
    const findings = [finding(both), finding({ ...both, rule: 'login' }), finding(both)];
    assert.deepEqual(implied(findings, { decision: 'request' }), [{ kind: 'request', about: 3 }]);
    assert.deepEqual(implied(findings, { decision: 'override', why: 'Outage.' }), [
      { kind: 'override', rule: 'pay', why: 'Outage.', about: 2 },
      { kind: 'override', rule: 'login', why: 'Outage.', about: 1 },
    ]);
  });
});

describe('the messages between hook and editor', () => {
  const parse = (answer: object) => parseEditorAnswer({ kind: 'decision', ...answer });

  it('carry the reason and the note, when there is one', () => {
    assert.deepEqual(parse({ decision: 'override', why: '  Outage. ', note: '' }), {
      kind: 'decision',
      decision: 'override',
      why: 'Outage.',
    });
    assert.deepEqual(parse({ decision: 'request', note: 'Asked for tax.', why: 7 }), {
      kind: 'decision',
      decision: 'request',
      note: 'Asked for tax.',
    });
  });

  it('take a decision of a newer editor for giving up', () => {
    assert.deepEqual(parse({ decision: 'escalate' }), { kind: 'decision', decision: 'cancel' });
    assert.equal(parse({ decision: 7 }), null);
    assert.equal(parse({}), null);
  });

  it('carry what a finding may be cleared by, and nothing that is not known', () => {
    const request: ConfirmCommitRequest = {
      kind: 'confirmCommit',
      root: '/shop',
      findings: [
        finding({ canRequest: true, canOverride: true, clearance: 'requested', rejected: ['Own code.'] }),
      ],
      summary: 'Taggant: …',
      canOverride: false,
      agent: 'Codex',
    };
    assert.deepEqual(parseEditorRequest(JSON.parse(JSON.stringify(request))), request);
    const strange = { ...request.findings[0], clearance: 'blessed', canRequest: 'yes', more: 1 };
    const { canRequest, clearance, ...rest } = request.findings[0]!;
    assert.deepEqual(parseEditorRequest({ ...request, findings: [strange] }), {
      ...request,
      findings: [rest],
    });
  });

  it('of an older hook are understood', () => {
    const { canRequest, canOverride, clearance, rejected, ...old } = finding();
    const request = {
      kind: 'confirmCommit',
      root: '/shop',
      findings: [old],
      summary: 's',
      canOverride: false,
    };
    const parsed = parseEditorRequest(request);
    assert.ok(parsed?.kind === 'confirmCommit');
    assert.deepEqual(offered([...parsed.findings]), []);
  });
});
