import assert from 'node:assert/strict';
import { ai, line, lines, plain } from '../support/codeLines';
import { save } from '../support/marking';
import { servedRepository } from './suites';

/** As VS Code's "Git: Revert Selected Ranges" does it: an edit of which nobody says what it is. */
describe('lines of the last commit that an unexplained edit puts back', () => {
  const written = `${lines('a')}${ai('b', 'c')}${lines('d', 'e')}`;
  const { repository, client } = servedRepository((fresh) => {
    save(fresh, 'a.ts', written);
    fresh.commitAll();
  });
  let uri: string;
  const base = plain(written);
  const at = (text: string) => client.text(uri).indexOf(text);
  const drawn = async () => (await client.marked(uri)).map(({ text, origin }) => `${origin} ${text.trim()}`);

  beforeEach(async () => {
    uri = await client.open(repository.path('a.ts'), base);
    await client.marked(uri);
    const [start, end] = [at(line('b')), at(line('e'))];
    await client.edit(uri, [{ start, end, text: '' }], { origin: 'human' });
    const typed = { start: 0, text: line('suggested') };
    await client.edit(uri, [typed], { origin: 'ai', evidence: 'exact', tool: 'acme' });
  });

  async function becomes(expected: string[]): Promise<void> {
    const isSo = async () => (await drawn()).join('\n') === expected.join('\n');
    await client.until('it is decided', isSo).catch(() => {});
    assert.deepEqual(await drawn(), expected);
  }
  const suggested = `ai ${line('suggested').trim()}`;

  it('are what they were there: an AI’s, or nobody’s', async () => {
    await client.edit(uri, [{ start: at(line('e')), text: lines('b', 'c', 'd') }], { origin: 'pending' });
    await becomes([suggested, `ai ${lines('b', 'c').trim()}`]);
  });

  it('say nothing of text that only resembles them, nor of what comes with them', async () => {
    const like = line('b').replace('12345', '54321') + lines('c', 'other');
    await client.edit(uri, [{ start: at(line('e')), text: like }], { origin: 'pending' });
    const [b, , other] = like.split('\n');
    await becomes([suggested, `external ${b}`, `ai ${line('c').trim()}`, `external ${other}`]);
  });
});
