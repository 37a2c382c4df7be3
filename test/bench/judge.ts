/** How long judging takes: many spans, many sign-offs, one large file or many files, with everything a rule may ask. */
import { performance } from 'node:perf_hooks';
import type { Contribution } from '../../src/core/contribution';
import { type JudgedText, type Judgement, judgeFile } from '../../src/core/judge';
import { joinSpans } from '../../src/core/marks';
import { parsePolicy } from '../../src/core/policy';
import { indexStatements, reviewedFile } from '../../src/core/review';
import type { SignatureState } from '../../src/core/signatures';
import type { Statement } from '../../src/core/statements';

const ROUNDS = 5;
const LABELS = ['aaaaaa', 'bbbbbb', 'cccccc', 'dddddd'];

/** A file of `spans` AI lines, each between human ones; `turn` makes the lines of each file its own. */
function fileOf(path: string, spans: number, turn: number): JudgedText {
  let text = '';
  const marked = [];
  for (let i = 0; i < spans; i++) {
    text += `function step${turn}x${i}(order) {\n`;
    const line = `  const total${i} = compute(order.items, ${turn}, rates[${i}]);\n`;
    marked.push({ start: text.length, end: text.length + line.length, label: LABELS[i % LABELS.length]! });
    text += `${line}}\n`;
  }
  return { path, text, marks: { spans: joinSpans(marked), deletions: [] } };
}

/** Statements that each sign an equal share of the lines of all files, two on each line, and one in ten outdated. */
function signOffs(files: readonly JudgedText[], count: number): Statement[] {
  return Array.from({ length: count }, (_, i) => {
    const share = files.filter((_, k) => files.length < count || k % (count / 2) === i % (count / 2));
    const stated = share.map(({ path, text, marks }) => {
      const size = Math.ceil(text.length / (count / 2));
      const start = files.length < count ? (i % (count / 2)) * size : 0;
      const end = files.length < count ? start + size : text.length;
      const isOld = i % 10 === 9;
      const said = isOld ? text.replaceAll('compute', 'reckon') : text;
      return reviewedFile(path, said, marks, [{ start, end }]);
    });
    const person = i < count / 2 ? 'Grace <grace@example.com>' : 'Lin <lin@example.com>';
    return {
      ...{ uuid: `statement-${i}`, version: 1, kind: 'review', files: stated, who: person },
      ...{ time: '2025-01-31T12:00:00Z', signature: 'of no matter' },
    };
  });
}

function judgementOf(statements: readonly Statement[]): Judgement {
  const { policy, problems } = parsePolicy(
    JSON.stringify({
      version: 1,
      roles: { senior: ['grace@example.com', 'lin@example.com'], junior: ['*'] },
      rules: [
        {
          name: 'all',
          paths: ['**'],
          signOff: { role: 'senior', count: 2, maxAgeDays: 90 },
          authors: ['junior'],
          note: 'required',
          override: 'with-reason',
        },
        { name: 'services', paths: ['services/**'], signOff: { role: 'senior' } },
      ],
    }),
  );
  if (!policy) throw new Error(JSON.stringify(problems));
  const author: Contribution = { author: 'Tim <tim@example.com>', day: '2025-01-20', evidence: 'exact' };
  const signatures = statements.map(({ uuid, who }): [string, SignatureState] => {
    const email = /<(.*)>/.exec(who)![1]!;
    return [uuid, { state: 'valid', principals: [email], fingerprint: `SHA256:${email}`, hardware: false }];
  });
  return {
    policy,
    ...{ day: '2025-02-01', now: '2025-02-01T12:00:00Z', codeowners: null },
    signatures: new Map(signatures),
    contributions: new Map(LABELS.map((label) => [label, author])),
  };
}

function measure(what: string, files: readonly JudgedText[], count: number): void {
  const statements = signOffs(files, count);
  const judgement = judgementOf(statements);
  const times: number[] = [];
  let [spans, findings] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    [spans, findings] = [0, 0];
    const started = performance.now();
    const index = indexStatements(statements);
    for (const file of files) {
      const judged = judgeFile(file, index, judgement);
      spans += judged.spans.length;
      findings += judged.findings.length;
    }
    times.push(performance.now() - started);
  }
  const middle = times.sort((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(`${what}: ${spans} spans, ${count} statements, ${findings} findings: ${middle.toFixed(0)} ms`);
}

const many = (files: number, spans: number): JudgedText[] =>
  Array.from({ length: files }, (_, i) => fileOf(`services/a${i % 7}/file${i}.ts`, spans, i));

measure('500 files', many(500, 20), 500);
measure('one file', many(1, 10_000), 500);
measure('500 files, few statements', many(500, 20), 2);
measure('one file of twice the size', many(1, 20_000), 500);
measure('one file of four times the size', many(1, 40_000), 500);
