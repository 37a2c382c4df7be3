import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/main';
import { type Counts, type Fault, noCounts } from '../../oracle/compare';
import type { Shown } from '../../oracle/host';
import { KINDS, type Operation, operations, written } from '../../oracle/operations';
import type { Row } from '../../oracle/signals';
import { MarkedFiles } from './markedFiles';
import { DOINGS, RealEditor } from './realEditor';

const ROW = (process.env.TAGGANT_ROW ?? 'reasons') as Row;
/** Sequences; more with TAGGANT_ORACLE_SEQUENCES, others with TAGGANT_ORACLE_SEED. */
const SEQUENCES = Number(process.env.TAGGANT_ORACLE_SEQUENCES ?? 24);
const SEED = Number(process.env.TAGGANT_ORACLE_SEED ?? 20_260_116);
/** Operations in a sequence, at most. */
const MOST = 16;
/** Milliseconds for making a sequence that fails smaller. */
const SHRINKING = 20_000;

/** Where the editor does not say what it was, sorted lines are told from others when nothing has explained them. */
const WITHOUT = KINDS.filter((kind) => !DOINGS[kind] || (ROW === 'stable' && kind === 'sort'));

/** The oracle's driver for a real VS Code: its own commands, its own undo, its own change events. */
describe('the oracle, in a real editor', () => {
  const files = new MarkedFiles();
  let api: Api;
  let formatter: vscode.Disposable;

  before(async () => {
    await files.start();
    api = await vscode.extensions.getExtension<Api>('taggant.taggant')!.activate();
    await vscode.extensions.getExtension('taggant-test.completions')!.activate();
    formatter = vscode.languages.registerDocumentFormattingEditProvider(
      { pattern: '**/oracle*.sh' },
      { provideDocumentFormattingEdits: indented },
    );
  });
  after(() => {
    formatter.dispose();
    files.remove();
  });

  async function marks(document: vscode.TextDocument): Promise<Shown[]> {
    for (;;) {
      const { version } = document;
      const { spans, version: spoken } = await api.getSpans(document.uri);
      if (spoken !== version || version !== document.version) continue;
      return spans.map(({ range: { start, end }, origin, evidence, tool }) => ({
        start: document.offsetAt(new vscode.Position(start.line, start.character)),
        end: document.offsetAt(new vscode.Position(end.line, end.character)),
        isAi: origin === 'ai',
        isInferred: evidence === 'inferred',
        tool,
      }));
    }
  }

  let played = 0;

  /** Why a sequence fails, and after how many operations; null when it does not. */
  async function play(
    sequence: readonly Operation[],
    counts: Counts,
  ): Promise<{ message: string; after: number } | null> {
    const name = `oracle${played++}.sh`;
    // What an earlier sequence copied has the letters of this one.
    await vscode.env.clipboard.writeText('');
    const editor = new RealEditor(await files.open(RealEditor.text(name), name));
    try {
      for (const [i, operation] of sequence.entries()) {
        await DOINGS[operation.kind]!(editor, operation);
        counts.operations++;
        const shown = await marks(editor.document);
        const fault = editor.truth.compare(name, editor.document.getText(), shown, ROW, counts);
        if (fault) return { message: told(fault, operation), after: i + 1 };
      }
      return null;
    } finally {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }

  it('finds no wrong mark', async () => {
    const counts = noCounts();
    const started = Date.now();
    for (const sequence of fc.sample(operations(MOST, WITHOUT), { numRuns: SEQUENCES, seed: SEED })) {
      const failure = await play(sequence, counts);
      if (failure) assert.fail(await smaller(sequence.slice(0, failure.after), failure.message));
    }
    console.log(`[test] oracle: ${JSON.stringify(counts)} in ${Date.now() - started} ms`);
    assert.ok(counts.operations > 4 * SEQUENCES && counts.ai > SEQUENCES);
    assert.ok(counts.unknown <= counts.ai / 100, `${counts.unknown} of ${counts.ai} are shown as unknown`);
  }).timeout(40_000 + 5_000 * SEQUENCES);

  /** Leaves out operations as long as the rest still fails; answers the smallest as the source code of a test. */
  async function smaller(failing: readonly Operation[], first: string): Promise<string> {
    const begin = Date.now();
    let [sequence, message] = [failing, first];
    for (let at = sequence.length - 1; at >= 0 && Date.now() - begin < SHRINKING; at--) {
      const candidate = sequence.filter((_, i) => i !== at);
      const failure = await play(candidate, noCounts()).catch(() => null);
      if (failure) [sequence, message] = [candidate, failure.message];
    }
    return `${message}\n${sequence.map(written).join(',\n')}`;
  }
});

function told({ verdict, path, offset, around }: Fault, operation: Operation): string {
  return `${verdict}: ${path} at ${offset}: ${JSON.stringify(around)}, after ${written(operation)}`;
}

/** A formatter: each line two blanks further in than the one before, up to three times. */
function indented(document: vscode.TextDocument): vscode.TextEdit[] {
  return Array.from({ length: document.lineCount }, (_, i) => {
    const { firstNonWhitespaceCharacterIndex: indent } = document.lineAt(i);
    return vscode.TextEdit.replace(new vscode.Range(i, 0, i, indent), ' '.repeat(2 * (i % 4)));
  });
}
