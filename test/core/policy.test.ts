import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import schema from '../../media/schemas/policy.schema.json';
import { type PolicyProblem, parsePolicy, rulesFor } from '../../src/core/policy';

const GOLDEN = new URL('../golden/policy/', import.meta.url);
const NAMES = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

function read(name: string): string {
  return readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8');
}

/** A problem as a reader of the policy meets it: line:column, the text that is wrong, the sentence. */
function shown(text: string, problem: PolicyProblem): string {
  const before = text.slice(0, problem.offset).split('\n');
  const part = text.slice(problem.offset, problem.offset + problem.length).split('\n')[0]!;
  return `${before.length}:${before[before.length - 1]!.length + 1} ${part}\n  ${problem.message}\n`;
}

function policyOf(rules: object[]): ReturnType<typeof parsePolicy> {
  return parsePolicy(JSON.stringify({ version: 1, rules }));
}

describe('the policy', () => {
  for (const name of NAMES) {
    it(`says what is wrong, and where: ${name}`, () => {
      const text = read(name);
      const { policy, problems } = parsePolicy(text);
      assert.equal(
        policy === null,
        problems.length > 0,
        'a policy with a mistake is no policy, one without is one',
      );
      const golden = new URL(`${name}.txt`, GOLDEN);
      const result = policy
        ? `${JSON.stringify({ ...policy, rules: policy.rules.map(({ globs, ...rule }) => rule) }, null, 1)}\n`
        : problems.map((one) => shown(text, one)).join('');
      if (process.env.UPDATE_GOLDEN) writeFileSync(golden, result);
      assert.equal(result, readFileSync(golden, 'utf8'));
    });
  }

  it('blocks unless told otherwise, and lets a commit through when Taggant itself fails', () => {
    const { policy } = policyOf([{ name: 'a', paths: ['a/**'] }]);
    assert.equal(policy?.rules[0]?.enforcement, 'block');
    assert.equal(policy?.onError, 'allow');
  });

  it('reads the example of its documentation', () => {
    const documentation = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const { policy, problems } = parsePolicy(/```jsonc\n(.*?)```/s.exec(documentation)![1]!);
    assert.deepEqual(problems, []);
    const names = (path: string): string[] => rulesFor(policy!, path).map((rule) => rule.name);
    assert.deepEqual(names('infra/main.tf'), ['infrastructure']);
    assert.deepEqual(names('sandbox/main.tf'), []);
    assert.deepEqual(names('services/login/iam.ts'), ['checkout, login and pricing', 'access control']);
  });

  it('has every key of the schema in its documentation, and no other', () => {
    const documentation = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    const tables = [...documentation.matchAll(/^\| key \| value \| meaning \|\n(?:\|.*\n)+/gm)].join('');
    const documented = [...tables.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, key]) => key!),
    );
    const { limits, ...top } = schema.properties;
    const rule = top.rules.items.properties;
    const keys = [
      ...Object.keys(top),
      ...Object.keys(limits.properties).map((key) => `limits.${key}`),
      ...Object.keys(rule),
      ...Object.keys(rule.signOff.properties).map((key) => `signOff.${key}`),
    ];
    assert.deepEqual(documented.sort(), keys.sort());
  });

  it('finds all rules of a file, in order', () => {
    const { policy } = policyOf([
      { name: 'tests', paths: ['**/*.test.ts'], enforcement: 'warn' },
      { name: 'login', paths: ['services/login/**', '!**/*.md'] },
      { name: 'pricing', paths: ['services/pricing/**'] },
    ]);
    const names = (path: string): string[] => rulesFor(policy!, path).map((rule) => rule.name);
    assert.deepEqual(names('services/login/a.test.ts'), ['tests', 'login']);
    assert.deepEqual(names('services/login/README.md'), []);
    assert.deepEqual(names('services/Login/a.ts'), []);
  });

  it('takes away what a pattern with "!" names, wherever it stands in the list, also from presets', () => {
    const { policy } = policyOf([
      { name: 'own', paths: ['!**/test/**', 'src/**'] },
      { name: 'preset', preset: ['payments', 'migrations'], paths: ['!old/**', 'extra/**'] },
    ]);
    const names = (path: string): string[] => rulesFor(policy!, path).map((rule) => rule.name);
    assert.deepEqual(names('src/a.ts'), ['own']);
    assert.deepEqual(names('src/test/a.ts'), []);
    assert.deepEqual(names('lib/a.ts'), []);
    assert.deepEqual(names('src/billing/a.ts'), ['own', 'preset']);
    assert.deepEqual(names('old/billing/a.ts'), []);
    assert.deepEqual(names('db/migrate/a.rb'), ['preset']);
    assert.deepEqual(names('extra/a.ts'), ['preset']);
  });

  it('answers for hostile texts without throwing, each problem inside the text', () => {
    const json = fc.json({ maxDepth: 4 });
    const damaged = fc
      .tuple(fc.constantFrom(...NAMES.map(read)), fc.nat(), fc.nat(12), fc.string({ maxLength: 3 }))
      .map(
        ([text, at, length, put]) =>
          text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + length),
      );
    fc.assert(
      fc.property(fc.oneof(json, damaged, fc.string()), (text) => {
        const { policy, problems } = parsePolicy(text);
        assert.equal(policy === null, problems.length > 0);
        for (const { message, offset, length } of problems) {
          assert.match(message, /^[A-Z"].*[.?]$/s);
          assert.ok(
            offset >= 0 && length >= 0 && offset + length <= text.length,
            `${offset}+${length} of ${text.length}`,
          );
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses what is too large or too deep at once', () => {
    const before = process.cpuUsage();
    const different = Array.from({ length: 25_000 }, (_, i) => i.toString(36));
    const texts = [
      '['.repeat(250_000),
      '{"a":'.repeat(50_000),
      'x'.repeat(1_000_000),
      `{"version":1,"rules":[{"name":"a","paths":${JSON.stringify(different)}}]}`,
      `{"version":1,"rules":[${'[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],'.repeat(4_000)}]}`,
      `{"version":1,"rules":[${`[${'{},'.repeat(100)}],`.repeat(600)}]}`,
    ];
    for (const text of texts) {
      const { policy, problems } = parsePolicy(text);
      assert.equal(policy, null);
      assert.equal(problems.length, 1);
    }
    const many = Array.from({ length: 200 }, (_, i) => ({
      name: `${i}`,
      paths: Array.from({ length: 20 }, (_, j) => `${i}/${j}{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}`),
    }));
    assert.match(policyOf(many).problems[0]!.message, /too large/);
    assert.ok(process.cpuUsage(before).user < 5_000_000, 'it takes more than five seconds');
  });

  it('tells at most 50 mistakes', () => {
    const roles = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`${'r'.repeat(50)}${i}`, ['a@b']]),
    );
    const authors = Array.from({ length: 50 }, (_, i) => `${'r'.repeat(40)}${'s'.repeat(10)}${i}`);
    const rules = Array.from({ length: 60 }, (_, i) => ({ name: `${i}`, paths: ['a'], authors }));
    const members = Array.from({ length: 900 }, (_, i) => `no member ${i}`);
    const before = process.cpuUsage();
    for (const policy of [
      { version: 1, roles, rules },
      { version: 1, roles: { a: members, b: members }, rules: [] },
    ]) {
      const { problems } = parsePolicy(JSON.stringify(policy));
      assert.equal(problems.length, 50, problems[0]?.message);
    }
    assert.ok(process.cpuUsage(before).user < 1_500_000, 'it works out what it does not tell');
  });

  it('is judged by the editor with the same schema as it is here', async () => {
    const service = getLanguageService({});
    for (const name of NAMES) {
      const text = read(name).replace(/^\ufeff/, ' ');
      const document = TextDocument.create(`file:///${name}.json`, 'jsonc', 1, text);
      const found = await service.doValidation(
        document,
        service.parseJSONDocument(document),
        { comments: 'ignore', trailingCommas: 'ignore', schemaValidation: 'error' },
        structuredClone(schema) as object,
      );
      const { problems } = parsePolicy(text);
      // Patterns and names are checked beyond the schema; an empty text has no value that a schema could judge.
      if (['wrong-patterns', 'contradictions', 'no-roles', 'empty', 'only-comment'].includes(name)) continue;
      assert.equal(found.length > 0, problems.length > 0, `${name}: ${JSON.stringify(found)}`);
      if (['unknown-keys', 'wrong-values', 'wrong-full'].includes(name)) {
        const lines = (offsets: number[]): number[] =>
          [...new Set(offsets.map((at) => document.positionAt(at).line))].sort((a, b) => a - b);
        assert.deepEqual(
          lines(found.map((one) => document.offsetAt(one.range.start))),
          lines(problems.map((one) => one.offset)),
          name,
        );
      }
    }
  });
});
