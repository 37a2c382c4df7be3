import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JudgedText } from '../../src/core/judge';
import { parseSarif, pathOfUri, type ScannerResult } from '../../src/core/sarifResults';
import { scannerFindings } from '../../src/core/scannerFindings';
import { marked } from '../support/marking';

const RULE = { rule: 'the core', enforcement: 'block' } as const;
const FILE: JudgedText = { path: 'a.ts', ...marked('one();\n«const 😀 = eval(input);\n»three(«four»);\n') };

const log = (results: unknown[], run: object = {}) =>
  JSON.stringify({
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'semgrep', rules: [] } }, results, ...run }],
  });
const at = (uri: string, region: object | null, more: object = {}) => ({
  ruleId: 'js.eval',
  message: { text: 'Do not\n use eval.' },
  locations: [{ physicalLocation: { artifactLocation: { uri, ...more }, ...(region ? { region } : {}) } }],
});
const read = (results: unknown[], run: object = {}): readonly ScannerResult[] =>
  parseSarif(log(results, run))!.results;
const found = (results: unknown[], run: object = {}) => scannerFindings(FILE, read(results, run), RULE);

describe('parseSarif', () => {
  it('reads tool, rule, level, message and place', () => {
    assert.deepEqual(read([at('a.ts', { startLine: 2, startColumn: 5 })]), [
      {
        ...{ tool: 'semgrep', ruleId: 'js.eval', level: 'warning', message: 'Do not use eval.', uri: 'a.ts' },
        region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: null },
        columnKind: 'utf16CodeUnits',
      },
    ]);
  });

  it('finds what CodeQL, Checkov and ESLint write in the rules', () => {
    const rules = [
      { id: 'x' },
      { id: 'js/eval', defaultConfiguration: { level: 'error' }, messageStrings: { m: { text: 'No {0}.' } } },
    ];
    const tool = { driver: { name: 'CodeQL', rules } };
    const [result] = read(
      [
        {
          ...at('a.ts', { startLine: 2 }),
          ruleId: undefined,
          ruleIndex: 1,
          message: { id: 'm', arguments: ['eval'] },
        },
      ],
      { tool },
    );
    assert.deepEqual(
      [result!.tool, result!.ruleId, result!.level, result!.message],
      ['CodeQL', 'js/eval', 'error', 'No eval.'],
    );
    const extension = { driver: { name: 'CodeQL' }, extensions: [{ name: 'pack', rules }] };
    const [other] = read(
      [
        {
          ...at('a.ts', { startLine: 2 }),
          ruleId: 'js/eval',
          rule: { index: 1, toolComponent: { index: 0 } },
        },
      ],
      { tool: extension },
    );
    assert.equal(other!.level, 'error');
  });

  it('joins bases, and finds files that are listed apart', () => {
    const originalUriBaseIds = { SRC: { uri: 'src/', uriBaseId: 'ROOT' }, ROOT: { uri: 'file:///repo/' } };
    assert.equal(
      read([at('a.ts', { startLine: 1 }, { uriBaseId: 'SRC' })], { originalUriBaseIds })[0]!.uri,
      'file:///repo/src/a.ts',
    );
    assert.equal(read([at('a.ts', { startLine: 1 }, { uriBaseId: '%SRCROOT%' })])[0]!.uri, 'a.ts');
    const loop = { A: { uri: 'x/', uriBaseId: 'A' } };
    assert.ok(
      read([at('a.ts', { startLine: 1 }, { uriBaseId: 'A' })], { originalUriBaseIds: loop })[0]!.uri.endsWith(
        'x/a.ts',
      ),
    );
    const listed = {
      ...at('', { startLine: 1 }),
      locations: [{ physicalLocation: { artifactLocation: { index: 0 }, region: { startLine: 1 } } }],
    };
    assert.equal(read([listed], { artifacts: [{ location: { uri: 'b.ts' } }] })[0]!.uri, 'b.ts');
  });

  it('passes over what is no failure, and counts what has no place', () => {
    const region = { startLine: 2 };
    const passed = [
      { kind: 'pass' },
      { suppressions: [{ kind: 'inSource' }] },
      { baselineState: 'absent' },
      { level: 'none' },
    ];
    assert.deepEqual(read(passed.map((more) => ({ ...at('a.ts', region), ...more }))), []);
    assert.equal(
      read([{ ...at('a.ts', region), suppressions: [{ kind: 'external', status: 'rejected' }] }]).length,
      1,
    );
    const { results, placeless } = parseSarif(
      log([at('a.ts', null), { message: {} }, at('a.ts', { startLine: 0 })]),
    )!;
    assert.deepEqual([results.length, placeless], [0, 3]);
  });

  it('is null for what is no log', () => {
    for (const text of ['', 'null', '[]', '{}', '{"runs":{}}', '{"runs":['])
      assert.equal(parseSarif(text), null, text);
    assert.deepEqual(parseSarif('\ufeff{"runs":[]}')!.results, []);
  });

  it('stands anything', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(fc.array(value), value, value, (results, tool, artifacts) => {
        parseSarif(JSON.stringify({ runs: [{ results, tool, artifacts }, tool] }));
        parseSarif(
          log([
            { locations: [{ physicalLocation: { artifactLocation: tool, region: artifacts } }], rule: tool },
          ]),
        );
      }),
    );
  });
});

describe('pathOfUri', () => {
  const roots = ['/home/me/repo', 'C:/Work/repo'];
  const cases: [string, string | null][] = [
    ['src/a.ts', 'src/a.ts'],
    ['./src//a%20b.ts', 'src/a b.ts'],
    ['src/../b.ts', 'b.ts'],
    ['../b.ts', null],
    ['src/../../b.ts', null],
    ['%2e%2e/b.ts', null],
    ['file:///home/me/repo/a.ts', 'a.ts'],
    ['file://localhost/home/me/repo/gr%C3%B6%C3%9Fe.ts', 'größe.ts'],
    ['file:/home/me/repo/a.ts', 'a.ts'],
    ['/home/me/repo/a.ts', 'a.ts'],
    ['file:///home/me/other/a.ts', null],
    ['file:///home/me/repo-two/a.ts', null],
    ['file:///home/me/repo/../other/a.ts', null],
    ['file:///c:/work/repo/src/a.ts', 'src/a.ts'],
    ['C:\\Work\\repo\\src\\a.ts', 'src/a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['100%.ts', '100%.ts'],
    ['https://example.com/a.ts', null],
    ['', null],
    ['%00', null],
  ];
  for (const [uri, path] of cases)
    it(`${uri || '(empty)'} is ${path}`, () => assert.equal(pathOfUri(uri, roots), path));
});

describe('scannerFindings', () => {
  it('raises what falls on AI code, by its level', () => {
    const [first, ...others] = found([
      { ...at('a.ts', { startLine: 2, startColumn: 12, endColumn: 23 }), level: 'error' },
    ]);
    assert.deepEqual(others, []);
    assert.equal(FILE.text.slice(first!.start, first!.end), 'eval(input)');
    assert.deepEqual(
      [first!.kind, first!.startLine, first!.endLine, first!.rule, first!.enforcement, first!.message],
      ['scanner', 1, 2, 'the core', 'block', 'semgrep found in AI code: Do not use eval. (js.eval)'],
    );
    assert.equal(found([at('a.ts', { startLine: 2 })])[0]!.enforcement, 'warn');
  });

  it('counts code points where the tool does', () => {
    const run = { columnKind: 'unicodeCodePoints' };
    const [first] = found([at('a.ts', { startLine: 2, startColumn: 11, endColumn: 22 })], run);
    assert.equal(FILE.text.slice(first!.start, first!.end), 'eval(input)');
  });

  it('leaves out what falls beside it, past the end, or on what was there before', () => {
    assert.deepEqual(
      found([
        at('a.ts', { startLine: 1 }),
        at('a.ts', { startLine: 3, startColumn: 1, endColumn: 6 }),
        at('a.ts', { startLine: 99 }),
      ]),
      [],
    );
    assert.equal(found([at('a.ts', { startLine: 3, startColumn: 1, endColumn: 8 })]).length, 1);
    assert.equal(found([at('a.ts', { startLine: 1, endLine: 99, endColumn: 99 })]).length, 1);
    const inherited = { ...FILE, inherited: FILE.marks };
    assert.deepEqual(scannerFindings(inherited, read([at('a.ts', { startLine: 2 })]), RULE), []);
  });

  it('says the same thing once', () => {
    assert.equal(found([at('a.ts', { startLine: 2 }), at('a.ts', { startLine: 2 })]).length, 1);
  });
});
