import assert from 'node:assert/strict';
import { AGENT_FORMS, agentForm } from '../../src/core/agentForms';
import { RULES } from '../../src/core/fusion';
import { AGENT_SAMPLES } from '../support/agentPayloads';
import { missingTests, namedTests, readPage, rowsOf } from './namedTests';

const page = readPage('docs/detection.md');
const named = namedTests(page);

describe('the page about detection', () => {
  it('names a test for each way in', () => {
    const table = page.slice(page.indexOf('## Every way in'), page.indexOf('### What is never seen'));
    const rows = rowsOf(table);
    assert.ok(rows.length > 20);
    for (const row of rows) assert.match(row, /`test\/[^`]+` “[^”]+”/, row);
  });

  it('names every agent whose hook is understood, and each is tried', () => {
    const [row = ''] = rowsOf(page).filter((one) => one.includes('whose hook reports it'));
    const tried = new Set(AGENT_SAMPLES.map(({ name }) => agentForm(name)?.name));
    const missing = AGENT_FORMS.filter(({ name }) => !row.includes(`\`${name}\``) || !tried.has(name));
    assert.deepEqual(missing, []);
  });

  it('names only tests that exist', () => {
    assert.ok(named.length > 40);
    assert.deepEqual(missingTests(named), []);
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
