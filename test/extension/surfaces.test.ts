import assert from 'node:assert/strict';
import { commitChoices } from '../../src/core/commitChoices';
import type { Finding } from '../../src/core/findings';
import { findingsSentence, findingsText } from '../../src/extension/surfaces/findingsText';
import { neighbourSpan, placesOf } from '../../src/extension/surfaces/spanOrder';
import { shareOf, statusView } from '../../src/extension/surfaces/statusView';
import type { SpanInfo, StatusParams } from '../../src/protocol';

const STATUS: StatusParams = {
  uri: 'file:///a.ts',
  tracking: { state: 'tracked' },
  aiCharacters: 30,
  characters: 120,
  findings: [],
  staged: { findings: [], held: false },
  problems: [],
};
const RANGE = { start: { line: 2, character: 0 }, end: { line: 4, character: 1 } };

describe('the guardrail item', () => {
  it('shows the AI share', () => {
    const view = statusView(STATUS);
    assert.equal(view.text, '$(shield) AI 25%');
    assert.equal(view.warning, false);
  });

  it('counts what waits for a review in the file', () => {
    const finding = { range: RANGE, rule: 'checkout', enforcement: 'block', message: '' } as const;
    const view = statusView({ ...STATUS, findings: [finding] });
    assert.equal(view.text, '$(warning) AI 25% · 1 to review');
    assert.equal(view.warning, false, 'nothing is staged yet');
  });

  it('warns when the next commit would be stopped, and says why', () => {
    const finding = { uri: STATUS.uri, range: RANGE, rule: 'checkout', enforcement: 'block' } as const;
    const view = statusView({ ...STATUS, staged: { findings: [finding], held: true } });
    assert.equal(view.warning, true);
    assert.ok(view.lines.some((line) => /next commit will be stopped by 1 finding/.test(line)));
  });

  it('says what each rule wants and who asked for it, each once', () => {
    const finding = {
      ...{ range: RANGE, rule: 'checkout', enforcement: 'block' as const, message: '' },
      needs: 'needs 1 sign-off by senior, not the author',
    };
    const asked = { ...finding, rule: 'login', requestedBy: 'Ada <ada@example.com>' };
    const { lines } = statusView({ ...STATUS, findings: [finding, finding, asked] });
    assert.deepEqual(
      lines.filter((line) => /needs/.test(line)),
      [
        'checkout needs 1 sign-off by senior, not the author',
        'login needs 1 sign-off by senior, not the author (requested by Ada)',
      ],
    );
  });

  it('says when a file is not observed, and why', () => {
    const view = statusView({ ...STATUS, tracking: { state: 'off', reason: 'No git.' } });
    assert.match(view.text, /circle-slash/);
    assert.deepEqual(view.lines, ['Not observing this file: No git.']);
  });

  it('never rounds something to nothing, nor nearly all to all', () => {
    assert.deepEqual(
      [shareOf(0, 10), shareOf(1, 1000), shareOf(999, 1000), shareOf(10, 10), shareOf(0, 0)],
      ['0%', '<1%', '>99%', '100%', '0%'],
    );
  });
});

describe('the commit dialog', () => {
  const finding = (path: string, rule: string, startLine: number, endLine: number): Finding => ({
    kind: 'unreviewed',
    path,
    startLine,
    endLine,
    start: startLine,
    end: endLine,
    rule,
    enforcement: rule === 'docs' ? 'warn' : 'block',
    label: 'abcdef',
    labels: ['abcdef'],
    message: '',
    remedy: '',
  });
  const text = (findings: Finding[], more?: { agent?: string }) =>
    findingsText(findings, commitChoices(findings, more?.agent), more);

  it('lists places by rule, with lines as people count them', () => {
    assert.equal(
      text([finding('a.ts', 'login', 2, 5), finding('d.md', 'docs', 0, 1), finding('b.ts', 'login', 7, 8)]),
      'docs (warns)\n    d.md:1\n\nlogin (holds the commit)\n    a.ts:3–5\n    b.ts:8\n\nRead it, mark it as reviewed, and commit again.',
    );
  });

  it('stops at a screenful', () => {
    const many = Array.from({ length: 20 }, (_, i) => finding(`${i}.ts`, 'login', i, i + 1));
    assert.match(text(many), /\nand 12 more\n/);
  });

  it('says what else is the matter than that nobody has read it', () => {
    const unsigned: Finding = { ...finding('a.ts', 'pay', 2, 5), kind: 'unsigned', canRequest: true };
    const noteMissing: Finding = { ...finding('a.ts', 'pay', 2, 5), kind: 'note-missing' };
    const shown = text([unsigned, noteMissing]);
    assert.match(shown, /^pay \(holds the commit\)\n {4}a\.ts:3–5 {2}needs a sign-off, needs a note\n\n/);
    assert.match(shown, /Request the sign-off to commit now/);
    assert.equal(
      findingsSentence([unsigned, noteMissing]),
      'This commit carries 1 unsigned AI span on a critical path.',
    );
    assert.equal(
      findingsSentence([noteMissing]),
      'This commit carries 1 AI span that nobody has documented.',
    );
  });

  it('leaves out what was asked for or overridden already', () => {
    const cleared: Finding = { ...finding('a.ts', 'pay', 2, 5), clearance: 'requested' };
    const shown = text([cleared, finding('b.ts', 'login', 7, 8)]);
    assert.doesNotMatch(shown, /a\.ts/);
  });

  it('names the agent that commits, and offers it nothing', () => {
    const unsigned: Finding = { ...finding('a.ts', 'pay', 2, 5), canRequest: true, canOverride: true };
    const shown = text([unsigned], { agent: 'an AI agent' });
    assert.match(shown, /\nAn AI agent makes this commit\. /);
    assert.doesNotMatch(shown, /request|override/);
  });
});

describe('going from span to span', () => {
  const at = (line: number): SpanInfo => ({
    range: { start: { line, character: 0 }, end: { line, character: 5 } },
    origin: 'ai',
    review: 'unreviewed',
  });
  const spans = [at(1), at(5), at(9)];

  it('goes on, back, and round', () => {
    const line = (place: number, direction: 'next' | 'previous') =>
      neighbourSpan(spans, { line: place, character: 0 }, direction)?.range.start.line;
    assert.deepEqual([line(0, 'next'), line(1, 'next'), line(9, 'next')], [1, 5, 1]);
    assert.deepEqual([line(9, 'previous'), line(0, 'previous')], [5, 9]);
    assert.equal(neighbourSpan([], { line: 0, character: 0 }, 'next'), undefined);
    const removed = (line: number) => ({ line, label: 'aaaaaa', review: 'unreviewed' as const });
    const places = placesOf({
      uri: '',
      version: 1,
      spans,
      deletions: [removed(0), removed(spans[0]!.range.start.line)],
    });
    assert.equal(places.length, spans.length + 1, 'a deletion at the line of a span is no place of its own');
    assert.deepEqual(places[0]?.range.start, { line: 0, character: 0 });
  });
});
