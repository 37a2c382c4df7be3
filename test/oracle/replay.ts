/** Plays what people typed, as recorded, through the sensors and the server as an editor without change reasons gives it. */
import type { Edit } from '../../src/core/edits';
import { isLarge, looksLikeTyping } from '../../src/core/typing';
import type { Trace } from '../bench/traces';
import type { Host, Shown } from './host';
import { Signals, TYPED } from './signals';

/** How the events of a trace were shown to the sensors, and what was marked in the end or on the way. */
export interface Replay {
  typed: number;
  undone: number;
  /** Pastes of what was cut or copied in the file itself. */
  pasted: number;
  /** Pastes of text that was never in the file; of these, large ones, and their characters. */
  foreign: number;
  foreignLarge: number;
  foreignCharacters: number;
  /** The most characters that were marked at any of the moments looked at. */
  ai: number;
  unknown: number;
}

/** Events between two looks at the marks. */
const BETWEEN_LOOKS = 500;
/** So many recent removals are looked through for an undo. */
const RECENT = 20;

/**
 * Plays a trace, or the first `most` events of it. With `claims` somebody says of each large text that was never in the
 * file before that it is theirs.
 */
export async function replay(
  host: Host,
  trace: Trace,
  { most = Number.POSITIVE_INFINITY, claims = false } = {},
): Promise<Replay> {
  const counts: Replay = {
    typed: 0,
    undone: 0,
    pasted: 0,
    foreign: 0,
    foreignLarge: 0,
    foreignCharacters: 0,
    ai: 0,
    unknown: 0,
  };
  // A recording begins with what was in the file.
  const opening = trace.start === '' && trace.edits[0]!.text.length > 80 ? 1 : 0;
  let text = opening ? trace.edits[0]!.text : trace.start;
  const page = { path: `${trace.name}.txt`, version: 1 };
  const signals = new Signals('stable', host);
  host.write(page, text);
  await host.open(page, text);
  const removed = new Set<string>();
  const recent: Edit[] = [];
  const look = async () => {
    await host.pass(3_100);
    const marks = await host.marks(page);
    const sum = (some: readonly Shown[]) => some.reduce((all, { start, end }) => all + end - start, 0);
    counts.ai = Math.max(counts.ai, sum(marks.filter(({ isAi }) => isAi)));
    counts.unknown = Math.max(counts.unknown, sum(marks.filter(({ isAi }) => !isAi)));
  };
  for (const [i, edit] of trace.edits.slice(opening, most).entries()) {
    const caret = edit.start + edit.text.length;
    if (edit.removed.length > 2) {
      if (edit.text === '') host.copied(page, edit.start, edit.end);
      removed.add(edit.removed);
    }
    page.version++;
    const reason = { source: 'unknown', metadata: {} };
    const before = text;
    text = before.slice(0, edit.start) + edit.text + before.slice(edit.end);
    const inverse = recent.findLast(
      (other) => other.start === edit.start && other.text === edit.removed && other.removed === edit.text,
    );
    if (looksLikeTyping([edit])) {
      counts.typed++;
      signals.changed(page, [edit], { reason: TYPED, selection: { byKeyboard: true, caret } });
    } else if (inverse) {
      counts.undone++;
      signals.changed(page, [edit], { reason, undoRedo: 'undo' });
    } else {
      let isForeign = false;
      const at = before.indexOf(edit.text);
      if (at >= 0) host.copied({ ...page, version: page.version - 1 }, at, at + edit.text.length);
      if (at >= 0 || removed.has(edit.text)) counts.pasted++;
      else {
        counts.foreign++;
        const lines = edit.text.split('\n').length - (edit.text.endsWith('\n') ? 1 : 0);
        if (isLarge({ characters: edit.text.length, lines })) {
          counts.foreignLarge++;
          counts.foreignCharacters += edit.text.length;
          isForeign = true;
        }
      }
      signals.pasting(edit.text);
      signals.changed(page, [edit], { reason, selection: { byKeyboard: false, caret }, atCaret: true });
      if (isForeign && claims) await host.declare(page, edit.start, caret, null);
    }
    recent.push(edit);
    if (recent.length > RECENT) recent.shift();
    if (i % BETWEEN_LOOKS === 0) await look();
  }
  await look();
  await host.close(page);
  return counts;
}
