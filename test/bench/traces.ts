import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Edit } from '../../src/core/edits';

/** A recorded session of editing one file: every edit in order, offsets in UTF-16. */
export interface Trace {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly edits: readonly Edit[];
}

const FOLDER = fileURLToPath(new URL('../../../shared/data/editing-traces/', import.meta.url));

/** The names of the recorded traces; none where the folder with them is missing. */
export function traceNames(): string[] {
  if (!existsSync(FOLDER)) return [];
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json.gz'));
  return files.map((file) => file.slice(0, -'.json.gz'.length)).sort();
}

/** Reads a trace of josephg/editing-traces, whose positions count code points. */
export function readTrace(name: string): Trace {
  const json = JSON.parse(gunzipSync(readFileSync(`${FOLDER}${name}.json.gz`)).toString('utf8')) as {
    startContent: string;
    endContent: string;
    txns: { patches: [number, number, string][] }[];
  };
  const text = new GapBuffer<string>([...json.startContent]);
  const edits: Edit[] = [];
  // UTF-16 units before a character; the same number as long as there is nothing outside the BMP.
  const wide = /[\u{10000}-\u{10ffff}]/u.test(json.startContent + json.txns.map(textOf).join(''));
  const unitsBefore = (position: number) =>
    wide ? text.toArray().slice(0, position).join('').length : position;
  for (const { patches } of json.txns) {
    for (const [position, deleted, inserted] of patches) {
      const start = unitsBefore(position);
      const removed = text.splice(position, deleted, [...inserted]).join('');
      edits.push({ start, end: start + removed.length, removed, text: inserted });
    }
  }
  if (text.toArray().join('') !== json.endContent) throw new Error(`${name} does not replay to its end`);
  return { name, start: json.startContent, end: json.endContent, edits };
}

function textOf({ patches }: { patches: [number, number, string][] }): string {
  return patches.map(([, , inserted]) => inserted).join('');
}

/** A list with a gap at the place of the last change: cheap to edit where it was edited last. */
export class GapBuffer<T> {
  readonly #before: T[];
  /** What follows the gap, last first. */
  readonly #after: T[] = [];

  constructor(items: readonly T[]) {
    this.#before = [...items];
  }

  /** Removes `count` items at `index`, puts others there, and returns what was removed. */
  splice(index: number, count: number, items: readonly T[]): T[] {
    while (this.#before.length > index) this.#after.push(this.#before.pop()!);
    while (this.#before.length < index) this.#before.push(this.#after.pop()!);
    const removed: T[] = [];
    for (let i = 0; i < count; i++) removed.push(this.#after.pop()!);
    for (const item of items) this.#before.push(item);
    return removed;
  }

  toArray(): T[] {
    return [...this.#before, ...[...this.#after].reverse()];
  }
}
