import assert from 'node:assert/strict';
import { splitLines } from '../../src/core/lines';
import { parseSidecar, readSidecar, serialiseSidecar } from '../../src/core/sidecar';
import { random } from '../bench/truth';
import { TestRepository } from '../support/repository';

/** A line of code and the label it carries as a whole. */
interface Line {
  readonly content: string;
  readonly label: string | null;
}

const SOURCE = 'src/prices.ts';
const SIDECAR = '.taggant/tags/src/prices.ts.tags';

/** Lines as code has them: many braces, blank lines and repetitions, few unique lines. */
function codeLine(rand: () => number): string {
  const number = Math.floor(rand() * 400);
  const kinds = [
    '',
    '}',
    '  }',
    '    return null;',
    `  if (value${number}) {`,
    `    total += item${number};`,
  ];
  return kinds[Math.floor(rand() * kinds.length)] ?? '';
}

function write(repository: TestRepository, lines: readonly Line[]): void {
  const text = lines.map(({ content }) => `${content}\n`).join('');
  const { starts } = splitLines(text);
  const spans = lines.flatMap(({ label }, k) =>
    label === null ? [] : [{ start: starts[k]!, end: starts[k + 1]!, label }],
  );
  repository.write(SOURCE, text);
  repository.write(SIDECAR, serialiseSidecar(text, { spans, deletions: [] })!);
}

/** Three to five edits in the lines [from, to): new lines with a label of their own, deletions, re-labelled rewrites. */
function edit(lines: readonly Line[], from: number, to: number, label: string, rand: () => number): Line[] {
  const result = [...lines];
  for (let k = 3 + Math.floor(rand() * 3); k > 0; k--) {
    const at = from + Math.floor(rand() * (to - from - 10));
    const fresh = Array.from({ length: Math.floor(rand() * 6) }, () => ({
      content: codeLine(rand),
      label: rand() < 0.6 ? label : null,
    }));
    const gone = Math.floor(rand() * 4);
    result.splice(at, gone, ...fresh);
    to += fresh.length - gone;
  }
  return result;
}

describe('sidecars under git', () => {
  const repositories: TestRepository[] = [];
  const newRepository = () => {
    const repository = new TestRepository();
    repositories.push(repository);
    return repository;
  };
  afterEach(() => {
    for (const repository of repositories.splice(0)) repository.remove();
  });

  it('merge cleanly where the source does, with the right labels (S1)', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const rand = random(seed);
      const base: Line[] = Array.from({ length: 240 }, (_, k) => ({
        content: codeLine(rand),
        label: k % 40 < 5 ? 'BaseAi' : null,
      }));
      base[120] = { content: 'const middle = "here";', label: null };
      const repository = newRepository();
      write(repository, base);
      repository.commitAll('base');
      repository.git('switch', '-q', '-c', 'theirs');
      const theirs = edit(base, 140, 235, 'Theirs', rand);
      write(repository, theirs);
      repository.commitAll('theirs');
      repository.git('switch', '-q', 'main');
      const ours = edit(base, 0, 100, '-Ours-', rand);
      write(repository, ours);
      repository.commitAll('ours');
      repository.git('merge', '-q', '--no-edit', 'theirs');

      const middle = ({ content }: Line) => content === 'const middle = "here";';
      const expected = [...ours.slice(0, ours.findIndex(middle)), ...theirs.slice(theirs.findIndex(middle))];
      const text = repository.read(SOURCE);
      assert.equal(text, expected.map(({ content }) => `${content}\n`).join(''));
      const marks = readSidecar(parseSidecar(repository.read(SIDECAR)), text);
      assert.notEqual(marks, null, 'the merged sidecar is the shadow of the merged source');
      write(repository, expected);
      assert.equal(repository.git('status', '--porcelain'), '', 'and says what a fresh one would say');
    }
  });

  it('follow a renamed source, edited on both sides', () => {
    const rand = random(99);
    const base: Line[] = Array.from({ length: 240 }, (_, k) => ({
      content: `${codeLine(rand)} // ${k}`,
      label: k % 40 < 5 ? 'BaseAi' : null,
    }));
    const repository = newRepository();
    write(repository, base);
    repository.commitAll('base');
    repository.git('switch', '-q', '-c', 'theirs');
    write(repository, edit(base, 140, 235, 'Theirs', rand));
    repository.commitAll('theirs');
    repository.git('switch', '-q', 'main');
    write(repository, edit(base, 0, 100, '-Ours-', rand));
    repository.git('mv', SOURCE, 'src/costs.ts');
    repository.git('mv', SIDECAR, '.taggant/tags/src/costs.ts.tags');
    repository.commitAll('ours, renamed');
    repository.git('merge', '-q', '--no-edit', 'theirs');
    const sidecar = parseSidecar(repository.read('.taggant/tags/src/costs.ts.tags'));
    const marks = readSidecar(sidecar, repository.read('src/costs.ts'));
    assert.deepEqual([...new Set(marks?.spans.map(({ label }) => label))].sort(), [
      '-Ours-',
      'BaseAi',
      'Theirs',
    ]);
  });
});
