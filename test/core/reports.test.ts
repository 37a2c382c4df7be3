import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import type { Finding } from '../../src/core/findings';
import { githubReport } from '../../src/core/reports/github';
import { gitlabReport } from '../../src/core/reports/gitlab';
import { jsonReport } from '../../src/core/reports/json';
import { fingerprints, type Report, regionOf } from '../../src/core/reports/report';
import { sarifReport } from '../../src/core/reports/sarif';
import { textReport } from '../../src/core/reports/text';

const GOLDEN = path.join(import.meta.dirname, '../golden');
const TEXT = 'const one = 1;\n// größe 😀\n\tconst two = one + one;\n\tconst three = compute(1) + 2;\n';
const EVIL = 'core/we::error file=x,line=1::ird, name%0A\n.ts';

const finding = (more: Partial<Finding> & Pick<Finding, 'kind' | 'path' | 'message'>): Finding => ({
  ...{ startLine: 2, endLine: 4, start: TEXT.indexOf('const two'), end: TEXT.indexOf(' + 2') },
  ...{ rule: 'the core', enforcement: 'block', label: '7Qm2xR', labels: ['7Qm2xR'] },
  remedy: 'Read the code, then run: taggant review core/a.ts:3-4',
  ...more,
});

const REPORT: Report = {
  findings: [
    finding({ kind: 'unreviewed', path: 'core/a.ts', message: '2 lines of unreviewed AI code (lines 3-4)' }),
    finding({
      kind: 'unsigned',
      path: 'core/a.ts',
      startLine: 3,
      start: TEXT.indexOf('compute'),
      message: 'AI code without a sign-off in a part of line 4',
      clearance: 'requested',
      rejected: ['The sign-off by Bob of 2026-05-01 does not count: its key is not an allowed signer.'],
    }),
    finding({
      kind: 'unreviewed',
      path: 'infra/größe 1.tf',
      message: '2 lines of unreviewed AI code (lines 3-4)',
      clearance: 'overridden',
    }),
    finding({
      kind: 'policy-changed',
      path: '.taggant/policy.json',
      ...{ startLine: 0, endLine: 1, start: 0, end: 0, label: '', labels: [] },
      message: '.taggant/policy.json is changed (the rule "the core" is removed)',
      enforcement: 'warn',
    }),
    finding({
      kind: 'scanner',
      path: EVIL,
      message: 'semgrep found in AI code:\n::error::x (a.b)',
      enforcement: 'warn',
    }),
    finding({
      kind: 'scanner',
      path: EVIL,
      message: 'semgrep found in AI code:\n::error::x (a.b)',
      enforcement: 'warn',
    }),
  ],
  policyProblems: [],
  problems: ['core/b.ts: its sidecar does not fit its text.'],
  notices: ['The rule "old" ended on 2026-05-31.'],
  summary: { files: 3, findings: 6, blocking: 1, warnings: 3, requested: 1, overridden: 1, inherited: 2 },
  texts: new Map([['core/a.ts', TEXT]]),
  version: '1.2.3',
};

function golden(name: string, written: string): void {
  assert.equal(written, readFileSync(path.join(GOLDEN, 'reports', name), 'utf8'));
}

function assertValid(schema: string, draft: '4' | '7', json: string): void {
  const validator = new Validator(
    JSON.parse(readFileSync(path.join(GOLDEN, 'schemas', schema), 'utf8')),
    draft,
    false,
  );
  assert.deepEqual(validator.validate(JSON.parse(json)).errors, []);
}

describe('reports', () => {
  it('are text for people', () => {
    golden('report.txt', textReport(REPORT));
    const forged = textReport({
      ...REPORT,
      findings: [finding({ kind: 'scanner', path: '::error::x', message: 'x' })],
    });
    assert.ok(forged.startsWith('./::error'), 'no command of GitHub either');
  });
  it('are JSON', () => golden('report.json', jsonReport(REPORT, { base: 'a', head: 'b', mergeBase: 'a' })));

  it('are SARIF 2.1.0', () => {
    const sarif = sarifReport(REPORT);
    golden('report.sarif', sarif);
    assertValid('sarif-2.1.0.json', '4', sarif);
    assertValid('sarif-2.1.0.json', '4', sarifReport({ ...REPORT, findings: [], policyProblems: ['x'] }));
    assert.throws(() => assertValid('sarif-2.1.0.json', '4', sarif.replace('"results"', '"result"')));
  });

  it("are GitLab's Code Quality", () => {
    const gitlab = gitlabReport(REPORT);
    golden('gitlab.json', gitlab);
    assertValid('gitlab-codequality.json', '7', gitlab);
    assertValid('gitlab-codequality.json', '7', gitlabReport({ ...REPORT, findings: [] }));
    assert.throws(() => assertValid('gitlab-codequality.json', '7', gitlab.replace('"blocker"', '"bad"')));
  });

  it("are GitHub's workflow commands, of which a repository can forge none", () => {
    const github = githubReport(REPORT);
    golden('github.txt', github);
    const commands = github.split('\n').filter((line) => line.startsWith('::'));
    assert.equal(commands.length, REPORT.findings.length + 2);
    for (const command of commands) {
      const properties = /^::(?:error|warning|notice) ([^:]*)::/.exec(command)![1]!;
      for (const property of properties.split(',')) assert.match(property, /^\w+=[^,:\r\n]*$/);
    }
  });

  it('name columns from 1, in UTF-16, the end exclusive', () => {
    assert.deepEqual(regionOf(REPORT.findings[0]!, REPORT.texts), {
      startLine: 3,
      endLine: 4,
      columns: { start: 2, end: 2 + 'const three = compute(1)'.length },
    });
  });

  it('have fingerprints that do not hang on lines', () => {
    const moved: Report = {
      ...REPORT,
      texts: new Map([['core/a.ts', `// new\n${TEXT}`]]),
      findings: REPORT.findings.map((one) =>
        one.path === 'core/a.ts'
          ? {
              ...one,
              startLine: one.startLine + 1,
              endLine: one.endLine + 1,
              start: one.start + 7,
              end: one.end + 7,
            }
          : one,
      ),
    };
    assert.deepEqual(fingerprints(moved), fingerprints(REPORT));
    assert.equal(new Set(fingerprints(REPORT)).size, REPORT.findings.length, 'each its own');
  });
});
