import assert from 'node:assert/strict';
import { agentForm } from '../../src/core/agentForms';
import { readAgentPayload } from '../../src/core/agentPayloads';
import { sidecarPath } from '../../src/core/layout';
import { parseSidecar, readSidecar } from '../../src/core/sidecar';
import { hearAgent } from '../../src/engine/agentHook';
import { marksBefore } from '../../src/engine/agentRecord';
import { openRepository } from '../../src/repo/git';
import { setUp } from '../support/marking';
import {
  type MarkedText,
  type Mistake,
  markedCharacters,
  mistakesOfEdit,
  mistakesOfOutsider,
} from '../support/markOracle';
import { payloadOf, recordedEdits, textAfter } from '../support/recordedEdits';
import { TestRepository } from '../support/repository';

/** Every so many of the recorded files are played; all of them with TAGGANT_REPLAY=all. */
const STEP = process.env.TAGGANT_REPLAY === 'all' ? 1 : 5;
const files = recordedEdits();

if (files) {
  describe("an agent's recorded edits, each with its hooks, the files closed", () => {
    let repository: TestRepository;
    before(() => {
      repository = new TestRepository();
      setUp(repository);
      for (const [i, { file, edits }] of files.entries())
        repository.write(`${i}/${file}`, edits[0]!.before ?? '');
      repository.commitAll();
    });
    after(() => repository.remove());

    it('mark what changed, all of it and nothing else', async function () {
      this.timeout(280_000);
      const repo = await openRepository(repository.root);
      const claude = agentForm('claude-code')!;
      const mistakes: (Mistake & { file: string; edit: number })[] = [];
      let [edits, outside, marked] = [0, 0, 0];
      const judged = { stayed: 0, fresh: 0 };
      const hear = async (payload: object) => {
        const notes = await hearAgent(readAgentPayload(claude, payload), {
          folder: repository.root,
          now: () => new Date('2026-03-01T12:00:00Z'),
          ask: async () => null,
        });
        assert.deepEqual(notes, []);
      };
      for (const [number, { file: name, edits: all }] of files.entries()) {
        if (number % STEP !== 0) continue;
        const file = `${number}/${name}`;
        let now: MarkedText = { text: all[0]!.before ?? '', marks: { spans: [], deletions: [] } };
        const earlier = [now];
        const tell = (found: readonly Mistake[], edit: number) =>
          mistakes.push(...found.map((mistake) => ({ ...mistake, file, edit })));
        for (const [i, edit] of all.entries()) {
          const path = repository.path(file);
          if (i > 0 && edit.before !== undefined) {
            repository.write(file, edit.before);
            const found = { text: edit.before, marks: await marksBefore(repo, file, edit.before) };
            tell(mistakesOfOutsider(earlier, found), i);
            now = found;
            earlier.push(now);
            outside += 1;
          }
          await hear(payloadOf(edit, path, repository.root, `${file} ${i}`, 'PreToolUse'));
          const text = textAfter(now.text, edit);
          repository.write(file, text);
          await hear(payloadOf(edit, path, repository.root, `${file} ${i}`, 'PostToolUse'));
          const after = { text, marks: sidecarOf(file, text) };
          tell(mistakesOfEdit(now, after, judged), i);
          now = after;
          earlier.push(now);
          edits += 1;
        }
        marked += markedCharacters(now).reduce((sum, one) => sum + one, 0);
      }
      console.log(
        `      ${edits} edits, ${outside} outside changes, ${marked} characters marked in the end; ` +
          `${judged.stayed} times a character stayed for certain, ${judged.fresh} were new for certain`,
      );
      assert.deepEqual(mistakes.slice(0, 60), [], `${mistakes.length} mistakes`);
    });

    function sidecarOf(file: string, text: string): MarkedText['marks'] {
      let sidecar: string;
      try {
        sidecar = repository.read(sidecarPath(file));
      } catch {
        return { spans: [], deletions: [] };
      }
      const marks = readSidecar(parseSidecar(sidecar), text);
      assert.ok(marks, `${file}: the sidecar is not of its text`);
      return marks;
    }
  });
}
