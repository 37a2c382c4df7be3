import assert from 'node:assert/strict';
import { SnippetCompletions } from '../../src/extension/sensors/snippets';
import type { EditSource } from '../../src/protocol';

const A = 'file:///a.ts';
const AI: EditSource = { origin: 'ai', evidence: 'exact', tool: 'acme.copilot' };
const SNIPPET: EditSource = { origin: 'tool' };

describe('suggestions with placeholders', () => {
  let snippets: SnippetCompletions;
  beforeEach(() => {
    snippets = new SnippetCompletions();
  });
  const at = (version: number, time = version) => ({ document: A, version, time });

  it('are what the acceptance was whose typed beginning went just before', () => {
    assert.equal(snippets.seen(at(2), 'inlineCompletionAccept', AI), AI);
    assert.equal(snippets.seen(at(3), 'snippet', SNIPPET), AI);
    assert.equal(snippets.accepted(A, 3), undefined, 'known already');
    assert.equal(snippets.seen(at(4), 'snippet', SNIPPET), SNIPPET, 'the next snippet is a person’s');
  });

  it('are not what was accepted in another document, earlier, or before something else', () => {
    snippets.seen({ ...at(2), document: 'file:///b.ts' }, 'inlineCompletionAccept', AI);
    assert.equal(snippets.seen(at(3), 'snippet', SNIPPET), SNIPPET);
    snippets.seen(at(4), 'inlineCompletionAccept', AI);
    assert.equal(snippets.seen(at(5, 5000), 'snippet', SNIPPET), SNIPPET);
    snippets.seen(at(5), 'inlineCompletionAccept', AI);
    assert.equal(snippets.seen(at(7), 'snippet', SNIPPET), SNIPPET, 'a change between was not told of');
    snippets.seen(at(6), 'inlineCompletionAccept', AI);
    snippets.seen(at(7), 'cursor', { origin: 'human' });
    assert.equal(snippets.seen(at(8), 'snippet', SNIPPET), SNIPPET);
  });

  it('are accepted when our key binding says so, if nothing came since', () => {
    snippets.seen(at(2), 'snippet', SNIPPET);
    assert.deepEqual(snippets.accepted(A, 50), {
      version: 2,
      source: { origin: 'ai', evidence: 'accepted' },
    });
    snippets.seen(at(3), 'snippet', SNIPPET);
    snippets.seen(at(4), 'cursor', { origin: 'human' });
    assert.equal(snippets.accepted(A, 60), undefined);
    snippets.seen(at(5), 'snippet', SNIPPET);
    assert.equal(snippets.accepted('file:///b.ts', 60), undefined);
    assert.equal(snippets.accepted(A, 5000), undefined);
  });
});
