import { ChangeSet, RangeSet, RangeValue } from '@codemirror/state';
import { type Edit, LiveDocument } from '../../src/core/liveDocument';
import type { Marks, Span } from '../../src/core/marks';
import { Runs } from '../../src/core/runs';

/** A structure that holds marked ranges and follows edits; `prepare` is not timed. */
export interface Structure {
  readonly name: string;
  prepare(
    length: number,
    spans: readonly Span[],
    edits: readonly Edit[],
  ): { run: () => void; length?: () => number };
}

/** Our runs alone: what stands in each edit's place is replaced by text without a record. */
const runs: Structure = {
  name: 'our runs',
  prepare(length, spans, edits) {
    const list: number[] = [];
    let at = 0;
    spans.forEach(({ start, end }, i) => {
      if (start > at) list.push(start - at, 0);
      list.push(end - start, i + 1);
      at = end;
    });
    if (length > at) list.push(length - at, 0);
    const all = new Runs(list);
    return {
      run: () => {
        for (const { start, end, text } of edits) {
          if (end === start) all.insert(start, text.length, 0);
          else all.splice(start, end, text === '' ? [] : [text.length, 0]);
        }
      },
      length: () => all.length,
    };
  },
};

/** The whole of what a live document does: trimming, comparing, undo history. */
const liveDocument: Structure = {
  name: 'LiveDocument.apply',
  prepare(length, spans, edits) {
    const marks: Marks = { spans, deletions: [] };
    const live = new LiveDocument(length, marks);
    const batches = edits.map((edit, i) => ({
      version: i,
      edits: [edit],
      origin: 'human' as const,
      label: null,
    }));
    return {
      run: () => {
        for (const batch of batches) live.apply(batch);
      },
      length: () => live.length,
    };
  },
};

/** Borders of ranges in one sorted array; an edit shifts all that follow. */
const sortedArray: Structure = {
  name: 'plain sorted array',
  prepare(_length, spans, edits) {
    const borders = Int32Array.from(spans.flatMap(({ start, end }) => [start, end]));
    let count = borders.length;
    return {
      run: () => {
        for (const { start, end, text } of edits) {
          let low = 0;
          let high = count;
          while (low < high) {
            const middle = (low + high) >> 1;
            if (borders[middle]! < start) low = middle + 1;
            else high = middle;
          }
          let last = low;
          while (last < count && borders[last]! < end) last++;
          // Pairs of borders that fall together vanish.
          const gone = (last - low) & ~1;
          if (gone > 0) {
            borders.copyWithin(low, low + gone, count);
            count -= gone;
            last -= gone;
          }
          for (let i = low; i < last; i++) borders[i] = start;
          const shift = text.length - (end - start);
          for (let i = last; i < count; i++) borders[i]! += shift;
        }
      },
    };
  },
};

class Mark extends RangeValue {}

/** CodeMirror's persistent sets of ranges; its change sets are made beforehand. */
const codeMirror: Structure = {
  name: 'CodeMirror RangeSet.map',
  prepare(length, spans, edits) {
    const mark = new Mark();
    let set = RangeSet.of(spans.map(({ start, end }) => mark.range(start, end)));
    let size = length;
    const changes = edits.map(({ start, end, text }) => {
      const change = ChangeSet.of({ from: start, to: end, insert: text }, size);
      size = change.newLength;
      return change;
    });
    return {
      run: () => {
        for (const change of changes) set = set.map(change);
      },
    };
  },
};

interface MonacoTree {
  insert(node: unknown): void;
  acceptReplace(offset: number, length: number, textLength: number, forceMoveMarkers: boolean): void;
}

/** VS Code's interval tree, which its decorations live in, from monaco-editor's copy. */
async function intervalTree(): Promise<Structure> {
  // The package's exports map hides the file.
  const folder = new URL('../../node_modules/monaco-editor/', import.meta.url);
  const file = new URL('esm/vs/editor/common/model/intervalTree.js', folder);
  const { IntervalTree, IntervalNode } = (await import(file.href)) as {
    IntervalTree: new () => MonacoTree;
    IntervalNode: new (id: string, start: number, end: number) => unknown;
  };
  return {
    name: 'VS Code IntervalTree',
    prepare(_length, spans, edits) {
      const tree = new IntervalTree();
      spans.forEach(({ start, end }, i) => {
        tree.insert(new IntervalNode(`${i}`, start, end));
      });
      return {
        run: () => {
          for (const { start, end, text } of edits)
            tree.acceptReplace(start, end - start, text.length, false);
        },
      };
    },
  };
}

export async function structures(): Promise<Structure[]> {
  return [runs, liveDocument, await intervalTree(), codeMirror, sortedArray];
}
