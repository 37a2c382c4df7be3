/**
 * The runs of a live document: which insertion each character belongs to, as a sequence of
 * (length, insertion number) pairs.
 *
 * A two-level list: chunks of at most 256 runs in typed arrays, with lengths rather than positions, so an edit
 * changes nothing behind it; and a finger on the run last touched, so that an edit near the last one walks nowhere.
 * A jump walks the chunks' sums from the nearest of start, finger and end.
 */

/** Runs as flat pairs: length, insertion, length, insertion, … Lengths are UTF-16 units and above 0. */
export type RunList = readonly number[];

const CAPACITY = 256;
const FILL = (CAPACITY * 3) / 4;

interface Chunk {
  /** Pairs: length, insertion. */
  readonly data: Int32Array;
  count: number;
}

/** Appends a run to a list of pairs, joining it to the last one when both belong to one insertion. */
export function appendRun(list: number[], length: number, insertion: number): void {
  if (length === 0) return;
  if (list.length > 0 && list[list.length - 1] === insertion) list[list.length - 2]! += length;
  else list.push(length, insertion);
}

/** Sum of the lengths of a list of pairs. */
export function lengthOfRuns(list: RunList): number {
  let sum = 0;
  for (let i = 0; i < list.length; i += 2) sum += list[i]!;
  return sum;
}

/** The part [start, end) of a list of pairs; offsets count from the list's own start. */
export function sliceOfRuns(list: RunList, start: number, end: number): number[] {
  const part: number[] = [];
  let at = 0;
  for (let i = 0; i < list.length && at < end; i += 2) {
    const next = at + list[i]!;
    const length = Math.min(next, end) - Math.max(at, start);
    if (length > 0) appendRun(part, length, list[i + 1]!);
    at = next;
  }
  return part;
}

export class Runs {
  #chunks: Chunk[] = [];
  /** The sum of each chunk's lengths, side by side, so that a jump reads little memory. */
  #totals = new Int32Array(16);
  #length = 0;
  // The finger: a run, with the offsets at which its chunk and it start.
  #chunk = 0;
  #chunkStart = 0;
  #run = 0;
  #runStart = 0;

  constructor(list: RunList) {
    this.#replaceChunks(0, 0, chunksOf(list));
    this.#length = lengthOfRuns(list);
  }

  /** UTF-16 units in all. */
  get length(): number {
    return this.#length;
  }

  /** The insertion that the character at `offset` (0 <= offset < length) belongs to. */
  insertionAt(offset: number): number {
    this.#moveTo(offset);
    return this.#chunks[this.#chunk]!.data[2 * this.#run + 1]!;
  }

  /** The runs of [start, end). */
  slice(start: number, end: number): number[] {
    const part: number[] = [];
    if (end <= start) return part;
    this.#moveTo(start);
    let left = end - start;
    let chunkIndex = this.#chunk;
    let run = this.#run;
    let skip = start - this.#runStart;
    for (;;) {
      const { data, count } = this.#chunks[chunkIndex]!;
      for (; run < count && left > 0; run++) {
        const length = Math.min(left, data[2 * run]! - skip);
        appendRun(part, length, data[2 * run + 1]!);
        left -= length;
        skip = 0;
      }
      if (left === 0) return part;
      chunkIndex++;
      run = 0;
    }
  }

  /** Calls back for every run in order. Neighbouring runs may belong to one insertion. */
  forEach(callback: (start: number, length: number, insertion: number) => void): void {
    let start = 0;
    for (const { data, count } of this.#chunks) {
      for (let i = 0; i < 2 * count; i += 2) {
        callback(start, data[i]!, data[i + 1]!);
        start += data[i]!;
      }
    }
  }

  /** Puts `length` characters of one insertion before `offset`: the path of typing, without allocation. */
  insert(offset: number, length: number, insertion: number): void {
    if (length === 0) return;
    this.#moveTo(offset);
    const chunk = this.#chunks[this.#chunk]!;
    const { data } = chunk;
    let at = 2 * this.#run;
    if (chunk.count > 0 && data[at + 1] !== insertion && offset === this.#runStart && this.#run > 0) {
      if (data[at - 1] === insertion) {
        at -= 2;
        this.#run--;
        this.#runStart -= data[at]!;
      }
    }
    if (chunk.count > 0 && data[at + 1] === insertion) {
      data[at]! += length;
      this.#totals[this.#chunk]! += length;
      this.#length += length;
      return;
    }
    this.splice(offset, offset, [length, insertion]);
  }

  /** Replaces the runs of [start, end) by `inserted` and returns what was there. */
  splice(start: number, end: number, inserted: RunList): number[] {
    this.#moveTo(start);
    const chunk = this.#chunks[this.#chunk]!;
    const { data } = chunk;
    const at = 2 * this.#run;
    const size = end - start;
    const inRun = start - this.#runStart;
    // Within one run, and nothing else comes: only its length changes.
    const simple = inserted.length === 0 || (inserted.length === 2 && inserted[1] === data[at + 1]);
    if (simple && size > 0 && size < data[at]! && inRun + size <= data[at]!) {
      const growth = (inserted[0] ?? 0) - size;
      data[at]! += growth;
      this.#totals[this.#chunk]! += growth;
      this.#length += growth;
      return [size, data[at + 1]!];
    }
    return this.#spliceRuns(inRun, size, inserted);
  }

  /** The general case, from the finger: `inRun` characters into its run, `size` characters go. */
  #spliceRuns(inRun: number, size: number, inserted: RunList): number[] {
    const removed: number[] = [];
    // What will stand in place of the runs touched, with both neighbours, so that equal ones join.
    const fill: number[] = [];
    const firstChunk = this.#chunk;
    let chunkIndex = firstChunk;
    let chunk = this.#chunks[chunkIndex]!;
    let run = this.#run;
    if (inRun > 0) {
      fill.push(inRun, chunk.data[2 * run + 1]!);
    } else if (run > 0) {
      const length = chunk.data[2 * run - 2]!;
      fill.push(length, chunk.data[2 * run - 1]!);
      this.#run--;
      this.#runStart -= length;
    }
    let grown = -size;
    for (let i = 0; i < inserted.length; i += 2) {
      appendRun(fill, inserted[i]!, inserted[i + 1]!);
      grown += inserted[i]!;
    }
    let skip = inRun;
    let left = size;
    while (left > 0) {
      const length = chunk.data[2 * run]!;
      const taken = Math.min(left, length - skip);
      appendRun(removed, taken, chunk.data[2 * run + 1]!);
      left -= taken;
      skip += taken;
      if (skip < length) break;
      skip = 0;
      run++;
      if (run === chunk.count && left > 0) {
        chunk = this.#chunks[++chunkIndex]!;
        run = 0;
      }
    }
    if (run < chunk.count) {
      appendRun(fill, chunk.data[2 * run]! - skip, chunk.data[2 * run + 1]!);
      run++;
    }
    this.#length += grown;
    const room = CAPACITY - this.#run - fill.length / 2;
    if (chunkIndex === firstChunk && chunk.count - run <= room) {
      this.#totals[firstChunk]! += grown;
      this.#overwrite(chunk, this.#run, run, fill);
    } else if (chunkIndex > firstChunk && room >= 0) {
      this.#overwriteAcross(chunkIndex, run, fill);
    } else {
      this.#rebuild(firstChunk, this.#run, chunkIndex, run, fill);
    }
    return removed;
  }

  /** Puts `fill` in place of the runs [from, to) of the finger's chunk, which has room for it. */
  #overwrite(chunk: Chunk, from: number, to: number, fill: RunList): void {
    const { data, count } = chunk;
    const growth = fill.length / 2 - (to - from);
    if (growth !== 0 && to < count) data.copyWithin(2 * (to + growth), 2 * to, 2 * count);
    for (let i = 0; i < fill.length; i++) data[2 * from + i] = fill[i]!;
    chunk.count = count + growth;
    if (chunk.count < CAPACITY / 4) this.#joinSmall(this.#chunk);
  }

  /** Puts `fill`, for which there is room, in place of all from the finger to before run `to` of a later chunk. */
  #overwriteAcross(lastChunk: number, to: number, fill: RunList): void {
    const firstChunk = this.#chunk;
    const first = this.#chunks[firstChunk]!;
    const last = this.#chunks[lastChunk]!;
    for (let i = 0; i < fill.length; i++) first.data[2 * this.#run + i] = fill[i]!;
    first.count = this.#run + fill.length / 2;
    last.data.copyWithin(0, 2 * to, 2 * last.count);
    last.count -= to;
    this.#totals[firstChunk] = totalOf(first);
    this.#totals[lastChunk] = totalOf(last);
    const emptied = last.count === 0 ? lastChunk + 1 : lastChunk;
    if (emptied > firstChunk + 1) this.#replaceChunks(firstChunk + 1, emptied, []);
    this.#joinSmall(firstChunk);
  }

  /** Puts `fill` in place of everything from run `from` of the first chunk to before run `to` of the last. */
  #rebuild(firstChunk: number, from: number, lastChunk: number, to: number, fill: RunList): void {
    const last = this.#chunks[lastChunk]!;
    const all: number[] = [...this.#chunks[firstChunk]!.data.subarray(0, 2 * from)];
    for (const value of fill) all.push(value);
    for (let i = 2 * to; i < 2 * last.count; i++) all.push(last.data[i]!);
    this.#replaceChunks(firstChunk, lastChunk + 1, chunksOf(all));
    // The first of the new chunks starts where the old one did.
    this.#run = 0;
    this.#runStart = this.#chunkStart;
    this.#joinSmall(firstChunk);
  }

  /** Joins a chunk that has become small to a neighbour with room, so that deletions leave no crumbs. */
  #joinSmall(index: number): void {
    if (this.#chunks.length === 1 || this.#chunks[index]!.count >= CAPACITY / 4) return;
    const left = Math.max(0, index - 1);
    const a = this.#chunks[left]!;
    const b = this.#chunks[left + 1]!;
    if (a.count + b.count > FILL) return;
    if (left < index) {
      // The finger stands in b.
      this.#chunk = left;
      this.#chunkStart -= this.#totals[left]!;
      this.#run = 0;
      this.#runStart = this.#chunkStart;
    }
    a.data.set(b.data.subarray(0, 2 * b.count), 2 * a.count);
    a.count += b.count;
    this.#replaceChunks(left, left + 2, [a]);
  }

  /** Puts other chunks in place of those from index `from` to before `to`. */
  #replaceChunks(from: number, to: number, chunks: readonly Chunk[]): void {
    const count = this.#chunks.length - (to - from) + chunks.length;
    let totals = this.#totals;
    if (count > totals.length) {
      totals = new Int32Array(2 * count);
      totals.set(this.#totals);
    }
    totals.copyWithin(from + chunks.length, to, this.#chunks.length);
    for (let i = 0; i < chunks.length; i++) totals[from + i] = totalOf(chunks[i]!);
    this.#totals = totals;
    this.#chunks.splice(from, to - from, ...chunks);
  }

  /** Moves the finger to the run that holds `offset`; at the very end, to the last run. */
  #moveTo(offset: number): void {
    let chunkEnd = this.#chunkStart + this.#totals[this.#chunk]!;
    if (offset < this.#chunkStart || offset >= chunkEnd) {
      this.#moveToChunk(offset);
      chunkEnd = this.#chunkStart + this.#totals[this.#chunk]!;
    }
    const { data, count } = this.#chunks[this.#chunk]!;
    let run = this.#run;
    let start = this.#runStart;
    // From the finger, or from the chunk's start or end if that is nearer.
    if (offset < start && offset - this.#chunkStart < start - offset) {
      run = 0;
      start = this.#chunkStart;
    } else if (count > 0 && chunkEnd - offset < offset - start) {
      run = count - 1;
      start = chunkEnd - data[2 * run]!;
    }
    while (offset < start) {
      run--;
      start -= data[2 * run]!;
    }
    while (run < count - 1 && start + data[2 * run]! <= offset) {
      start += data[2 * run]!;
      run++;
    }
    this.#run = run;
    this.#runStart = start;
  }

  /** Moves the finger to the chunk that holds `offset`, and to its first run. */
  #moveToChunk(offset: number): void {
    const totals = this.#totals;
    const last = this.#chunks.length - 1;
    let index = this.#chunk;
    let start = this.#chunkStart;
    if (offset < start / 2) {
      index = 0;
      start = 0;
    } else if (offset > (start + this.#length) / 2) {
      index = last;
      start = this.#length - totals[last]!;
    }
    while (offset < start) {
      index--;
      start -= totals[index]!;
    }
    while (index < last && start + totals[index]! <= offset) {
      start += totals[index]!;
      index++;
    }
    this.#chunk = index;
    this.#chunkStart = start;
    this.#run = 0;
    this.#runStart = start;
  }
}

function totalOf({ data, count }: Chunk): number {
  let total = 0;
  for (let i = 0; i < 2 * count; i += 2) total += data[i]!;
  return total;
}

/** Chunks filled evenly to three quarters at most when there are several, so that each has room to grow. */
function chunksOf(list: RunList): Chunk[] {
  const runs = list.length / 2;
  const parts = runs <= FILL ? 1 : Math.ceil(runs / (CAPACITY / 2));
  const chunks: Chunk[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * runs) / parts);
    const to = Math.floor(((part + 1) * runs) / parts);
    const data = new Int32Array(2 * CAPACITY);
    data.set(list.slice(2 * from, 2 * to));
    chunks.push({ data, count: to - from });
  }
  return chunks;
}
