import assert from 'node:assert/strict';
import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { agentForm } from '../../src/core/agentForms';
import { readAgentPayload } from '../../src/core/agentPayloads';
import type { Marks } from '../../src/core/marks';
import { hearAgent } from '../../src/engine/agentHook';
import { GET_SPANS, type SpansParams } from '../../src/protocol';
import { askEditors } from '../../src/repo/editors';
import { type MarkedText, type Mistake, mistakesOfEdit, mistakesOfOutsider } from '../support/markOracle';
import { payloadOf, type RecordedEdit, recordedEdits, textAfter } from '../support/recordedEdits';
import { isHeard } from './client';
import { servedRepository } from './suites';

const files = recordedEdits();
/** Every so many of the recorded files are played; all of them with TAGGANT_REPLAY=all. */
const STEP = process.env.TAGGANT_REPLAY === 'all' ? 1 : 10;

/** In what order the hook, the disk and the editor speak. */
const WAYS = [
  'the editor reads the file after the hook',
  'before the hook',
  'the edit is made in the document',
] as const;
type Way = (typeof WAYS)[number];

if (files) {
  describe("an agent's recorded edits, each with its hooks, the files open", () => {
    const { repository, client } = servedRepository();

    for (const way of WAYS) {
      it(`mark what changed, all of it and nothing else: ${way}`, async function () {
        this.timeout(600_000);
        const mistakes: (Mistake & { file: string; edit: number })[] = [];
        for (const [number, { file: name, edits }] of files.entries()) {
          if (number % STEP !== 0) continue;
          const file = `${number}/${name}`;
          for (const found of await play(file, edits, way)) mistakes.push({ ...found, file });
        }
        assert.deepEqual(mistakes.slice(0, 20), [], `${mistakes.length} mistakes`);
      });
    }

    async function play(file: string, edits: readonly RecordedEdit[], way: Way) {
      const mistakes: (Mistake & { edit: number })[] = [];
      let now: MarkedText = { text: edits[0]!.before ?? '', marks: { spans: [], deletions: [] } };
      const earlier = [now];
      repository.write(file, now.text);
      const uri = await client.open(repository.path(file), now.text);
      await marksOf(uri);
      await isHeard(repository, client);
      const replace = (text: string, origin: 'external' | 'pending') =>
        client.edit(uri, [{ start: 0, end: client.text(uri).length, text }], { origin });
      for (const [i, edit] of edits.entries()) {
        if (i > 0 && edit.before !== undefined) {
          repository.write(file, edit.before);
          await replace(edit.before, 'external');
          now = { text: edit.before, marks: await marksOf(uri) };
          mistakes.push(...mistakesOfOutsider(earlier, now).map((mistake) => ({ ...mistake, edit: i })));
          earlier.push(now);
        }
        const hook = (event: string) =>
          hear(payloadOf(edit, repository.path(file), repository.root, `${file} ${i}`, event));
        const text = textAfter(now.text, edit);
        await hook('PreToolUse');
        if (way === 'the edit is made in the document') {
          await replace(text, 'pending');
          await marksOf(uri);
          await hook('PostToolUse');
          repository.write(file, text);
          await client.save(uri);
        } else {
          repository.write(file, text);
          if (way === 'before the hook') await replace(text, 'external');
          await marksOf(uri);
          await hook('PostToolUse');
          if (way !== 'before the hook') await replace(text, 'external');
        }
        const after = { text, marks: await marksOf(uri) };
        // A text that was there before is what it was then, whatever was known of the one in between.
        const basis = earlier.findLast((one) => one.text === text) ?? now;
        mistakes.push(...mistakesOfEdit(basis, after).map((mistake) => ({ ...mistake, edit: i })));
        now = after;
        earlier.push(now);
      }
      await client.close(uri);
      return mistakes;
    }

    async function hear(payload: object): Promise<void> {
      const report = readAgentPayload(agentForm('claude-code')!, payload);
      const notes = await hearAgent(report, {
        folder: repository.root,
        now: () => new Date(),
        ask: (repo, request) => askEditors(repo, request, { connectMs: 5000, answerMs: 20_000 }),
      });
      assert.deepEqual(notes, []);
    }

    /** What the server says, AI's text by one label. */
    async function marksOf(uri: string): Promise<Marks> {
      const { spans } = await client.connection.sendRequest<SpansParams>(GET_SPANS, { uri });
      const document = TextDocument.create(uri, path.extname(uri), 0, client.text(uri));
      const marks = spans.map(({ range, origin }) => ({
        start: document.offsetAt(range.start),
        end: document.offsetAt(range.end),
        label: origin === 'ai' ? 'agents' : '?external',
      }));
      return { spans: marks, deletions: [] };
    }
  });
}
