import type { Finding, FindingKind } from '../findings';
import { fingerprints, type Report, regionOf, sentenceOf } from './report';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What each kind of finding is, for viewers that group by it. */
const RULES: Readonly<Record<FindingKind, { readonly name: string; readonly text: string }>> = {
  unreviewed: { name: 'UnreviewedAiCode', text: 'AI code on a critical path that nobody has reviewed.' },
  unsigned: {
    name: 'UnsignedAiCode',
    text: 'AI code on a critical path without the sign-off that its rule asks for.',
  },
  'note-missing': {
    name: 'MissingNote',
    text: 'AI code whose author has not documented it as the rule asks.',
  },
  'unknown-origin': { name: 'UnknownOrigin', text: 'Text of unknown origin that nobody has reviewed.' },
  deletion: {
    name: 'UnreviewedAiDeletion',
    text: 'Lines that an AI edit removed, which nobody has looked at.',
  },
  'too-much': {
    name: 'TooMuchUnreviewedAiCode',
    text: 'More unreviewed AI code in one change than the policy allows.',
  },
  'marks-removed': {
    name: 'MarksRemoved',
    text: 'Marks of AI code were removed although the code is still there.',
  },
  'sidecar-removed': {
    name: 'SidecarRemoved',
    text: 'A sidecar was removed although the marked code is still there.',
  },
  'sidecar-edited': {
    name: 'SidecarEdited',
    text: 'A sidecar says something else than what follows from its history.',
  },
  'record-altered': { name: 'RecordAltered', text: 'A statement or a contribution was changed or removed.' },
  'policy-changed': {
    name: 'PolicyChanged',
    text: 'The policy was changed in the same range; the check used the old one.',
  },
  'signers-changed': {
    name: 'SignersChanged',
    text: 'Who may sign or who owns code was changed in the same range; the check used the old state.',
  },
  scanner: { name: 'ScannerResultInAiCode', text: "Another tool's result inside AI code." },
};

/** A SARIF 2.1.0 log with one run. Columns are UTF-16 code units; paths are relative to the repository's root. */
export function sarifReport(report: Report): string {
  const { findings, version } = report;
  const kinds = (Object.keys(RULES) as FindingKind[]).filter((kind) =>
    findings.some((one) => one.kind === kind),
  );
  const prints = fingerprints(report);
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Taggant',
            semanticVersion: version,
            rules: kinds.map((kind) => ({
              id: kind,
              name: RULES[kind].name,
              shortDescription: { text: RULES[kind].text },
              defaultConfiguration: { level: 'warning' },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: report.policyProblems.length === 0,
            toolExecutionNotifications: [
              ...report.problems.map((text) => ({ level: 'warning', message: { text } })),
              ...report.notices.map((text) => ({ level: 'note', message: { text } })),
            ],
            toolConfigurationNotifications: report.policyProblems.map((text) => ({
              level: 'error',
              message: { text },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding, i) =>
          resultOf(finding, kinds.indexOf(finding.kind), prints[i]!, report),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string, { texts }: Report): object {
  const { kind, path, rule, enforcement, clearance, labels } = finding;
  const { startLine, endLine, columns } = regionOf(finding, texts);
  return {
    ruleId: kind,
    ruleIndex,
    level: clearance === 'overridden' ? 'note' : enforcement === 'block' ? 'error' : 'warning',
    message: { text: sentenceOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
          region: {
            startLine,
            endLine,
            ...(columns ? { startColumn: columns.start, endColumn: columns.end } : {}),
          },
        },
      },
    ],
    partialFingerprints: { 'taggant/v1': fingerprint },
    ...(clearance === 'overridden'
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: 'Overridden; the reason is kept in .taggant/statements.',
            },
          ],
        }
      : {}),
    properties: { policyRule: rule, enforcement, contributions: labels, ...(clearance ? { clearance } : {}) },
  };
}

/** A path as a relative URI reference (RFC 3986). */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((name) => encodeURIComponent(name))
    .join('/');
}
