import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fuse, type Moment, RULES, type Sighting, type Verdict } from '../../src/core/fusion';
import type { TextEdit } from '../../src/core/marks';

const at = (text: string, start = 0, end = start): TextEdit => ({ start, end, text });
const LARGE = at('export function pay(amount: number) {\n  return amount;\n}');
const SMALL = at('return total');
const AI = (evidence: 'accepted' | 'inferred', tool?: string): Verdict => ({
  origin: 'ai',
  evidence,
  ...(tool ? { tool } : {}),
});
const CLICKED: Sighting = {
  edits: [LARGE],
  isOpen: true,
  atCaret: true,
  caret: { byKeyboard: false, behind: true },
  completionsInUse: true,
  completers: ['acme.copilot'],
};
const NEW = { characters: 60, lines: 3, whitespaceOnly: false };

interface Case {
  moment: Moment;
  /** What makes the rule decide, and what it then says. */
  decides: readonly Sighting[];
  verdict: Verdict | null;
  /** What is almost the same, and which rule decides that instead; null for none. */
  but: readonly (readonly [Sighting, string | null])[];
}

const CASES: Record<string, Case> = {
  'undo-redo': {
    moment: 'change',
    decides: [{ edits: [LARGE], undoRedo: 'undo', clipboard: LARGE.text }],
    verdict: { origin: 'human' },
    but: [[{ edits: [LARGE] }, 'unexplained']],
  },
  paste: {
    moment: 'change',
    decides: [
      { edits: [LARGE], clipboard: LARGE.text },
      { edits: [at(LARGE.text.replaceAll('\n', '\r\n    '))], clipboard: LARGE.text, chatEditing: true },
      { edits: [at('b', 9), at('a', 2)], clipboard: 'a\nb' },
    ],
    verdict: { origin: 'paste' },
    but: [[{ edits: [LARGE], clipboard: 'something else' }, 'unexplained']],
  },
  layout: {
    moment: 'change',
    decides: [{ edits: [at('        ', 4, 6)] }, { edits: [at('', 9, 11), at('\n', 3)] }],
    verdict: { origin: 'tool' },
    but: [
      [{ edits: [at('\n    ')] }, 'key'],
      [{ edits: [at('', 4, 6)] }, 'key'],
    ],
  },
  'chat-editing': {
    moment: 'change',
    decides: [
      { edits: [LARGE], chatEditing: true },
      { edits: [at('x', 90), LARGE], chatEditing: true },
    ],
    verdict: AI('inferred', 'vscode.chat'),
    but: [
      [{ edits: [SMALL], chatEditing: true }, 'unexplained'],
      [{ edits: [at('a')], chatEditing: true }, 'key'],
      [{ edits: [LARGE], chatEditing: false }, 'unexplained'],
    ],
  },
  'chat-hunk': {
    moment: 'change',
    decides: [
      { edits: [SMALL], chatWaits: true, atCaret: false },
      { edits: [LARGE], chatWaits: true, atCaret: false },
      { edits: [at('total', 40, 44), at('sum', 10, 14)], chatWaits: true, atCaret: false },
    ],
    verdict: AI('inferred', 'vscode.chat'),
    but: [
      [{ edits: [SMALL], chatWaits: true, atCaret: true }, 'unexplained'],
      [{ edits: [SMALL], chatWaits: false, atCaret: false }, 'unexplained'],
      [{ edits: [at('to', 40)], chatWaits: true, atCaret: false }, 'key'],
      [{ edits: [at('', 40, 80)], chatWaits: true, atCaret: false }, 'key'],
      [
        { edits: [at('total', 40, 44), at('total', 10, 14)], chatWaits: true, atCaret: false },
        'small-places',
      ],
      [{ edits: [at(';', 40), at('"', 10, 11)], chatWaits: true, atCaret: false }, 'small-places'],
    ],
  },
  'small-places': {
    moment: 'change',
    decides: [
      { edits: [at('amount', 40, 44), at('amount', 10, 14)] },
      { edits: [at('A', 40, 41), at('B', 10, 11)] },
    ],
    verdict: { origin: 'tool' },
    but: [
      [{ edits: [at('amount', 40, 44)] }, 'unexplained'],
      [{ edits: [at('a', 40), at('a', 10)] }, 'key'],
      [{ edits: [at(')', 40), at('(', 10)] }, 'key'],
      [{ edits: [at('a;\nb;', 40), at('a', 10)] }, 'unexplained'],
    ],
  },
  key: {
    moment: 'change',
    decides: [
      { edits: [at('a')] },
      { edits: [at('()')] },
      { edits: [at('\r\n\t')] },
      { edits: [at('', 0, 500)] },
    ],
    verdict: null,
    but: [[{ edits: [at('abc')] }, 'unexplained']],
  },
  unexplained: {
    moment: 'change',
    decides: [{ edits: [LARGE] }, { edits: [SMALL] }],
    verdict: { origin: 'pending' },
    but: [[{ edits: [at('x')] }, 'key']],
  },
  keyboard: {
    moment: 'selection',
    decides: [
      { edits: [SMALL], isOpen: true, caret: { byKeyboard: true, behind: true } },
      { edits: [at('x')], isOpen: false, caret: { byKeyboard: true, behind: false } },
    ],
    verdict: { origin: 'human' },
    but: [
      [{ edits: [LARGE], isOpen: true, caret: { byKeyboard: true, behind: true } }, null],
      [{ edits: [SMALL], isOpen: true, caret: { byKeyboard: true, behind: false } }, null],
      [{ edits: [SMALL], isOpen: true, caret: { byKeyboard: false, behind: true } }, null],
    ],
  },
  'completion-shape': {
    moment: 'selection',
    decides: [CLICKED],
    verdict: AI('inferred', 'acme.copilot'),
    but: [
      [{ ...CLICKED, completionsInUse: false }, null],
      [{ ...CLICKED, completers: [] }, null],
      [{ ...CLICKED, atCaret: false }, null],
      [{ ...CLICKED, caret: { byKeyboard: false, behind: false } }, null],
      [{ ...CLICKED, caret: { byKeyboard: true, behind: true } }, null],
      [{ ...CLICKED, edits: [SMALL] }, null],
      [{ ...CLICKED, edits: [LARGE, at('x', 90)] }, null],
      [{ ...CLICKED, isOpen: false }, null],
    ],
  },
  'listed-word': {
    moment: 'note',
    decides: [{ edits: [at('toString()', 4, 6)], noteAfter: 20, listAsGhostText: true }],
    verdict: { origin: 'tool' },
    but: [
      [{ edits: [at('toString()', 4, 6)], noteAfter: 20, listAsGhostText: false }, 'accepted'],
      [{ edits: [at('a + b;')], noteAfter: 20, listAsGhostText: true }, 'accepted'],
      [{ edits: [at('toString')], noteAfter: 2000, listAsGhostText: true }, null],
    ],
  },
  'accepted-removal': {
    moment: 'note',
    decides: [{ edits: [at('', 3, 40)], noteAfter: 20 }],
    verdict: AI('accepted'),
    but: [
      [{ edits: [at('', 3, 40)], noteAfter: 400 }, null],
      [{ edits: [at('  ', 3, 40)], noteAfter: 20 }, null],
    ],
  },
  'accepted-space': {
    moment: 'note',
    decides: [{ edits: [at(' ', 3)], noteAfter: 20 }],
    verdict: AI('accepted'),
    but: [
      [{ edits: [at(' ', 3)], noteAfter: 400 }, null],
      [{ edits: [at('\n', 3)], noteAfter: 20 }, null],
      [{ edits: [at(' ', 3, 4)], noteAfter: 20 }, null],
    ],
  },
  accepted: {
    moment: 'note',
    decides: [
      { edits: [SMALL], noteAfter: 999 },
      { edits: [at(';', 9), at(';', 3)], noteAfter: 0 },
    ],
    verdict: AI('accepted'),
    but: [
      [{ edits: [SMALL], noteAfter: 1001 }, null],
      [{ edits: [SMALL] }, null],
      [{ edits: [at('\n  ')], noteAfter: 1 }, null],
    ],
  },
  'agent-burst': {
    moment: 'burst',
    decides: [{ edits: [LARGE], largeChanges: 3, agents: ['acme.agent'] }],
    verdict: AI('inferred', 'acme.agent'),
    but: [
      [{ edits: [LARGE], largeChanges: 2, agents: ['acme.agent'] }, null],
      [{ edits: [LARGE], largeChanges: 9, agents: [] }, null],
    ],
  },
  'while-saving': {
    moment: 'saved',
    decides: [{ edits: [SMALL], whileSaving: true }],
    verdict: { origin: 'tool' },
    but: [[{ edits: [SMALL] }, null]],
  },
  'from-disk': { moment: 'disk', decides: [{ edits: [LARGE] }], verdict: { origin: 'external' }, but: [] },
  'earlier-text': {
    moment: 'end',
    decides: [{ edits: [], isEarlierText: true, inserted: NEW }],
    verdict: { origin: 'tool' },
    but: [[{ edits: [], isEarlierText: false, inserted: NEW }, 'unknown']],
  },
  blank: {
    moment: 'end',
    decides: [{ edits: [], inserted: { characters: 900, lines: 30, whitespaceOnly: true } }],
    verdict: { origin: 'tool' },
    but: [[{ edits: [], inserted: { characters: 900, lines: 30, whitespaceOnly: false } }, 'unknown']],
  },
  'same-words': {
    moment: 'end',
    decides: [{ edits: [], inserted: NEW, keepsWords: true }],
    verdict: { origin: 'tool' },
    but: [[{ edits: [], inserted: NEW, keepsWords: false }, 'unknown']],
  },
  repeated: {
    moment: 'end',
    decides: [{ edits: [], inserted: NEW, repeats: true }],
    verdict: { origin: 'human' },
    but: [[{ edits: [], inserted: NEW, repeats: false }, 'unknown']],
  },
  unknown: {
    moment: 'end',
    decides: [
      { edits: [], inserted: { ...NEW, characters: 41, lines: 1 } },
      { edits: [], inserted: { ...NEW, characters: 9, lines: 2 }, replaces: true },
    ],
    verdict: { origin: 'external' },
    but: [[{ edits: [], inserted: { ...NEW, characters: 40, lines: 1 } }, 'few-characters']],
  },
  'small-replacement': {
    moment: 'end',
    decides: [{ edits: [], inserted: { ...NEW, characters: 6, lines: 1 }, replaces: true }],
    verdict: { origin: 'tool' },
    but: [[{ edits: [], inserted: { ...NEW, characters: 6, lines: 1 } }, 'few-characters']],
  },
  'few-characters': {
    moment: 'end',
    decides: [
      { edits: [], inserted: { ...NEW, characters: 6, lines: 1 } },
      { edits: [], inserted: null },
    ],
    verdict: { origin: 'human' },
    but: [],
  },
};

describe('the table of rules', () => {
  it('has a test for each rule, and no rule twice', () => {
    assert.deepEqual(RULES.map(({ name }) => name).sort(), Object.keys(CASES).sort());
  });

  for (const [name, { moment, decides, verdict, but }] of Object.entries(CASES)) {
    it(`decides by "${name}", and only then`, () => {
      for (const seen of decides) {
        const fused = fuse(moment, seen);
        assert.equal(fused?.rule, name, JSON.stringify(seen));
        assert.deepEqual(fused.verdict, verdict);
      }
      for (const [seen, other] of but)
        assert.equal(fuse(moment, seen)?.rule ?? null, other, JSON.stringify(seen));
    });
  }

  it('names no tool of several that it could have been', () => {
    assert.deepEqual(fuse('selection', { ...CLICKED, completers: ['a.a', 'b.b'] })?.verdict, AI('inferred'));
  });

  it('ends what is larger than typing never as human, and never as AI', () => {
    const sighting = fc.record({
      edits: fc.constant<readonly TextEdit[]>([]),
      inserted: fc.record({
        characters: fc.nat(500),
        lines: fc.integer({ min: 1, max: 9 }),
        whitespaceOnly: fc.boolean(),
      }),
      replaces: fc.boolean(),
      keepsWords: fc.boolean(),
      isEarlierText: fc.boolean(),
    });
    fc.assert(
      fc.property(sighting, (seen) => {
        const { rule, verdict } = fuse('end', seen)!;
        assert.notEqual(verdict?.origin, 'ai');
        const { characters, lines, whitespaceOnly } = seen.inserted;
        const explained = whitespaceOnly || seen.keepsWords || seen.isEarlierText;
        if ((characters > 40 || lines > 1) && !explained) assert.equal(rule, 'unknown');
      }),
    );
  });

  it('calls AI as fact only what was accepted', () => {
    const said = RULES.map(({ verdict, moment }) => ({
      moment,
      said: verdict({ edits: [], completers: ['a.a'], agents: ['b.b'] }),
    })).filter(({ said: verdict }) => verdict?.origin === 'ai');
    assert.equal(said.length, 7);
    for (const { moment, said: verdict } of said)
      assert.equal(verdict?.evidence, moment === 'note' ? 'accepted' : 'inferred');
  });
});
