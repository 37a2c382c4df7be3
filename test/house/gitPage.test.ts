import assert from 'node:assert/strict';
import { missingTests, namedTests, readPage, rowsOf } from './namedTests';

const page = readPage('docs/git.md');

describe('the page about git', () => {
  it('names a test for each thing that git does', () => {
    const table = page.slice(page.indexOf('## Everything git does'), page.indexOf('## How this is measured'));
    const rows = rowsOf(table);
    assert.ok(rows.length > 50);
    for (const row of rows) assert.match(row, /`test\/[^`]+` “[^”]+”/, row);
  });

  it('names only tests that exist', () => {
    const named = namedTests(page);
    assert.ok(named.length > 70);
    assert.deepEqual(missingTests(named), []);
  });
});
