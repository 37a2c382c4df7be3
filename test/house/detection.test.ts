import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RULES } from '../../src/core/fusion';

const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/detection.md'), 'utf8');

/** Every `test/…` “name” of the page. */
const named = [...page.matchAll(/`(test\/[^`]+)` “([^”]+(?:”[^“”;|]+)?)”/g)].map(([, file, name]) => ({
  file: file!,
  name: name!,
}));

/** True when the file has a test of that name, written out or made of a template and a name in the same file. */
function hasTest(source: string, name: string): boolean {
  const literals = new Set(
    [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g)].map(([, single, double]) =>
      (single ?? double ?? '').replace(/\\(.)/g, '$1'),
    ),
  );
  if (literals.has(name)) return true;
  const templates = [...source.matchAll(/it\(`([^`]*)`/g)].map(([, template]) =>
    template!.split(/\$\{[^}]*\}/),
  );
  return templates.some(([before, after, ...more]) => {
    if (before === undefined || after === undefined || more.length > 0) return false;
    if (!name.startsWith(before) || !name.endsWith(after)) return false;
    return literals.has(name.slice(before.length, name.length - after.length));
  });
}

describe('the page about detection', () => {
  it('names a test for each way in', () => {
    const table = page.slice(page.indexOf('## Every way in'), page.indexOf('### What is never seen'));
    const rows = table.split('\n').filter((line) => /^\| (?!way in|---)/.test(line));
    assert.ok(rows.length > 20);
    for (const row of rows) assert.match(row, /`test\/[^`]+` “[^”]+”/, row);
  });

  it('names only tests that exist', () => {
    assert.ok(named.length > 40);
    const missing = named.filter(({ file, name }) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !hasTest(readFileSync(path, 'utf8'), name);
    });
    assert.deepEqual(missing, []);
  });

  it('lists the rules of the table, in their order, with what they say', () => {
    const rules = RULES.map(({ name, moment, because, verdict }) => {
      const said = verdict({ edits: [] });
      const says = said === null ? 'typing' : [said.origin, said.evidence].filter(Boolean).join(', ');
      return `| \`${name}\` | ${moment} | ${says} | ${because} |`;
    });
    const start = page.indexOf('| rule | moment | says | because |');
    const table = page.slice(start, page.indexOf('\n\n', start)).split('\n').slice(2);
    assert.deepEqual(table, rules);
  });
});
