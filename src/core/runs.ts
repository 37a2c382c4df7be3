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
  /** Sum of the lengths. */
  total: number;
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
  #chunks: Chunk[];
  #length = 0;
  // The finger: a run, with the offsets at which its chunk and it start.
  #chunk = 0;
  #chunkStart = 0;
  #run = 0;
  #runStart = 0;

  constructor(list: RunList) {
    this.#chunks = chunksOf(list);
    for (const chunk of this.#chunks) this.#length += chunk.total;
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
      chunk.total += length;
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
    const size = end - start;
    const inRun = start - this.#runStart;
    if (
      inserted.length === 0 &&
      size > 0 &&
      inRun + size <= data[2 * this.#run]! &&
      size < data[2 * this.#run]!
    ) {
      data[2 * this.#run]! -= size;
      chunk.total -= size;
      this.#length -= size;
      return [size, data[2 * this.#run + 1]!];
    }
    return this.#spliceRuns(inRun, size, inserted);
  }

  /** The general case, from the finger: `inRun` characters into its run, `size` characters go. */
  #spliceRuns(inRun: number, size: number, inserted: RunList): number[] {
    const removed: number[] = [];
    // What will stand in place of the runs touched, with the neighbours, so that equal ones join.
    const fill: number[] = [];
    const firstChunk = this.#chunk;
    let firstRun = this.#run;
    const first = this.#chunks[firstChunk]!;
    if (inRun === 0 && firstRun > 0) {
      firstRun--;
      this.#run = firstRun;
      this.#runStart -= first.data[2 * firstRun]!;
      appendRun(fill, first.data[2 * firstRun]!, first.data[2 * firstRun + 1]!);
      firstRun++;
    } else if (inRun > 0) {
      appendRun(fill, inRun, first.data[2 * firstRun + 1]!);
    }
    const replaceFrom = this.#run;
    for (let i = 0; i < inserted.length; i += 2) appendRun(fill, inserted[i]!, inserted[i + 1]!);

    let chunkIndex = firstChunk;
    let run = firstRun;
    let skip = inRun;
    let left = size;
    let chunk = first;
    while (left > 0) {
      const length = chunk.data[2 * run]!;
      const taken = Math.min(left, length - skip);
      appendRun(removed, taken, chunk.data[2 * run + 1]!);
      left -= taken;
      skip += taken;
      if (skip < length) break;
      skip = 0;
      run++;
      if (run === chunk.count && chunkIndex + 1 < this.#chunks.length && left > 0) {
        chunk = this.#chunks[++chunkIndex]!;
        run = 0;
      }
    }
    if (run < chunk.count) {
      appendRun(fill, chunk.data[2 * run]! - skip, chunk.data[2 * run + 1]!);
      run++;
    }
    this.#length += lengthOfRuns(inserted) - size;
    this.#write(firstChunk, replaceFrom, chunkIndex, run, fill);
    return removed;
  }

  /** Puts `fill` in place of everything from run `from` of the first chunk to before run `to` of the last. */
  #write(firstChunk: number, from: number, lastChunk: number, to: number, fill: number[]): void {
    const first = this.#chunks[firstChunk]!;
    const last = this.#chunks[lastChunk]!;
    const fillCount = fill.length / 2;
    const count = from + fillCount + last.count - to;
    if (firstChunk === lastChunk && count <= CAPACITY) {
      first.total -= sumOf(first, from, to);
      first.data.copyWithin(2 * (from + fillCount), 2 * to, 2 * first.count);
      first.data.set(fill, 2 * from);
      first.count = count;
      first.total += lengthOfRuns(fill);
      if (count < CAPACITY / 4) this.#joinSmall(firstChunk);
      return;
    }
    const all: number[] = [];
    for (let i = 0; i < 2 * from; i++) all.push(first.data[i]!);
    for (const value of fill) all.push(value);
    for (let i = 2 * to; i < 2 * last.count; i++) all.push(last.data[i]!);
    this.#chunks.splice(firstChunk, lastChunk - firstChunk + 1, ...chunksOf(all));
    // The first of the new chunks starts where the old one did.
    this.#run = 0;
    this.#runStart = this.#chunkStart;
    this.#joinSmall(firstChunk);
  }

  /** Joins a chunk that has become small to a neighbour with room, so that deletions leave no crumbs. */
  #joinSmall(index: number): void {
    if (this.#chunks.length === 1 || this.#chunks[index]!.count >= CAPACITY / 4) return;
    const left = index > 0 ? index - 1 : 0;
    const a = this.#chunks[left]!;
    const b = this.#chunks[left + 1]!;
    if (a.count + b.count > FILL) return;
    a.data.set(b.data.subarray(0, 2 * b.count), 2 * a.count);
    if (left < index) {
      // The finger stood in b.
      this.#chunk = left;
      this.#chunkStart -= a.total;
      this.#run = 0;
      this.#runStart = this.#chunkStart;
    }
    a.count += b.count;
    a.total += b.total;
    this.#chunks.splice(left + 1, 1);
  }

  /** Moves the finger to the run that holds `offset`; at the very end, to the last run. */
  #moveTo(offset: number): void {
    let chunk = this.#chunks[this.#chunk]!;
    if (offset < this.#chunkStart || offset >= this.#chunkStart + chunk.total) {
      this.#moveToChunk(offset);
      chunk = this.#chunks[this.#chunk]!;
    }
    const { data } = chunk;
    let run = this.#run;
    let start = this.#runStart;
    while (offset < start) {
      run--;
      start -= data[2 * run]!;
    }
    const last = chunk.count - 1;
    while (run < last && start + data[2 * run]! <= offset) {
      start += data[2 * run]!;
      run++;
    }
    this.#run = run;
    this.#runStart = start;
  }

  #moveToChunk(offset: number): void {
    const chunks = this.#chunks;
    let index = this.#chunk;
    let start = this.#chunkStart;
    if (offset < start / 2) {
      index = 0;
      start = 0;
    } else if (offset > (start + this.#length) / 2) {
      index = chunks.length - 1;
      start = this.#length - chunks[index]!.total;
    }
    while (offset < start) {
      index--;
      start -= chunks[index]!.total;
    }
    const last = chunks.length - 1;
    while (index < last && start + chunks[index]!.total <= offset) {
      start += chunks[index]!.total;
      index++;
    }
    const { count, total } = chunks[index]!;
    this.#chunk = index;
    this.#chunkStart = start;
    const fromEnd = count > 0 && offset > start + total / 2;
    this.#run = fromEnd ? count : 0;
    this.#runStart = fromEnd ? start + total : start;
    if (fromEnd && offset >= start + total) {
      this.#run = count - 1;
      this.#runStart -= chunks[index]!.data[2 * (count - 1)]!;
    }
  }
}

function sumOf(chunk: Chunk, from: number, to: number): number {
  let sum = 0;
  for (let i = 2 * from; i < 2 * to; i += 2) sum += chunk.data[i]!;
  return sum;
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
    let total = 0;
    for (let i = from; i < to; i++) {
      data[2 * (i - from)] = list[2 * i]!;
      data[2 * (i - from) + 1] = list[2 * i + 1]!;
      total += list[2 * i]!;
    }
    chunks.push({ data, count: to - from, total });
  }
  return chunks;
}
