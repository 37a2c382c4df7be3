/**
 * The insertions of a live document: what each one's origin is, and which label its characters carry for that.
 * Runs point at insertions by number, so that learning an origin late is one assignment.
 */
import type { Label, Origin } from './marks';

/** The text that was there before, and human text: never recorded, never labelled. */
export const NO_RECORD = 0;

/** What is known of one insertion when it is made. */
export interface InsertionKind {
  /**
   * The insertions whose label this text inherits where it inherits one: those of the text it replaced, or of its
   * two neighbours. It inherits a label only if all of them carry it.
   */
  readonly inherits: readonly number[];
  /** Text that the same batch removed elsewhere: it keeps its label whatever the origin is, unless that is `ai`. */
  readonly moved: boolean;
  /**
   * Only whitespace came and only whitespace went, or it is a sign among words that moved: keeps labels unless a person, a
   * paste or an AI put it there.
   */
  readonly blank: boolean;
  /** The insertions whose text, other than whitespace, this took the place of. */
  readonly removes: readonly number[];
  /** No text at all: the mark where an AI only removed text. It has a label if that text was not the AI's own. */
  readonly removal: boolean;
}

/** What of a batch is really new: text that stayed, or only moved, does not count. */
export interface InsertedText {
  /** UTF-16 units. */
  readonly characters: number;
  /** Lines with letters or digits that the new text lies on, summed over its pieces: signs alone are layout. */
  readonly lines: number;
  /** Nothing but whitespace is new (also when nothing is). */
  readonly whitespaceOnly: boolean;
}

/** All insertions of a document as plain JSON. */
export interface InsertionsState {
  /** By number; null for those that stand for what was declared or said. */
  readonly kinds: readonly (InsertionKind | null)[];
  /** What those are that are null there. */
  readonly fixed: readonly {
    readonly number: number;
    readonly label: Label | null;
    readonly isSaid: boolean;
  }[];
  readonly batches: readonly BatchState[];
  /** From this one on insertions cannot have been committed yet. */
  readonly uncommitted: number;
}

interface BatchState extends Readonly<Batch> {
  /** Null when no version names it any more. */
  readonly version: number | null;
  readonly isPending: boolean;
}

interface Insertion extends InsertionKind {
  readonly batch: Batch;
}

interface Batch {
  origin: Origin | 'pending';
  label: Label | null;
  /** Its insertions are first, first + 1, … up to before end. */
  readonly first: number;
  end: number;
  inserted: InsertedText;
}

/** Stands for removed text that is, or may be, committed or a person's. */
const NO_DRAFT: readonly number[] = [NO_RECORD];
const NOTHING_NEW: InsertedText = { characters: 0, lines: 0, whitespaceOnly: true };

export class Insertions {
  readonly #insertions: (Insertion | null)[] = [null];
  /** The label of each insertion as things stand, kept up to date. */
  readonly #labels: (Label | null)[] = [null];
  /** Whether an AI put that insertion's text there, and nothing that was not an AI's went for it. */
  readonly #own: boolean[] = [false];
  /** From this one on insertions cannot have been committed yet. */
  #uncommitted = 0;
  readonly #batches = new Map<number, Batch>();
  readonly #pending = new Set<number>();
  readonly #declared = new Map<Label, number>();
  /** The same for what was said of text while it was edited. */
  readonly #said = new Map<Label | null, number>();
  readonly #saidNumbers = new Set<number>();

  /** The label that text of this insertion carries now, or null. */
  labelOf(insertion: number): Label | null {
    return this.#labels[insertion] ?? null;
  }

  /** The insertion that stands for "declared to be this": one per label. */
  declared(label: Label | null): number {
    if (label === null) return NO_RECORD;
    return this.#fixed(this.#declared, label);
  }

  /** The insertion that stands for "since it came, this was said of it, or that it is nobody's": one per label. */
  said(label: Label | null): number {
    const insertion = this.#fixed(this.#said, label);
    this.#saidNumbers.add(insertion);
    return insertion;
  }

  isSaid(insertion: number): boolean {
    return this.#saidNumbers.has(insertion);
  }

  #fixed<L extends Label | null>(known: Map<L, number>, label: L): number {
    let insertion = known.get(label);
    if (insertion === undefined) {
      insertion = this.#insertions.length;
      this.#insertions.push(null);
      this.#labels.push(label);
      this.#own.push(false);
      known.set(label, insertion);
    }
    return insertion;
  }

  /** All there is may be committed now: whoever removes it from here on removes more than a draft. */
  commit(): void {
    this.#uncommitted = this.#insertions.length;
  }

  /** Starts the record of a batch; its insertions are then made with `add`, before the next batch begins. */
  begin(version: number, origin: Origin | 'pending', label: Label | null): Batch {
    const first = this.#insertions.length;
    const batch: Batch = { origin, label, first, end: first, inserted: NOTHING_NEW };
    this.#batches.set(version, batch);
    return batch;
  }

  /** Makes an insertion of the batch that began last, or finds the one of the same kind. */
  add(batch: Batch, wanted: InsertionKind): number {
    const kind = wanted.removes.every((insertion) => this.#isDraft(insertion))
      ? wanted
      : { ...wanted, removes: NO_DRAFT };
    for (let i = batch.end - 1; i >= batch.first && i >= batch.end - 8; i--) {
      if (sameKind(this.#insertions[i]!, kind)) return i;
    }
    this.#insertions.push({ ...kind, batch });
    this.#labels.push(null);
    this.#own.push(false);
    const insertion = batch.end++;
    this.#resolve(insertion);
    return insertion;
  }

  #isDraft(insertion: number): boolean {
    return insertion >= this.#uncommitted && this.#insertions[insertion] !== null;
  }

  /** Ends the record of a batch. */
  finish(version: number, batch: Batch, inserted: InsertedText): void {
    batch.inserted = inserted;
    if (batch.origin === 'pending' && batch.end > batch.first) this.#pending.add(version);
  }

  insertedBy(version: number): InsertedText | null {
    return this.#batches.get(version)?.inserted ?? null;
  }

  pendingVersions(): number[] {
    return [...this.#pending];
  }

  /** All there is, as it stands; `resume` goes on from it. */
  state(): InsertionsState {
    const fixed = [
      ...[...this.#declared].map(([label, number]) => ({ number, label, isSaid: false })),
      ...[...this.#said].map(([label, number]) => ({ number, label, isSaid: true })),
    ];
    const versions = new Map([...this.#batches].map(([version, batch]) => [batch, version]));
    const all = new Set(this.#insertions.flatMap((insertion) => insertion?.batch ?? []));
    const batches = [...new Set([...all, ...versions.keys()])].map((batch) => {
      const version = versions.get(batch) ?? null;
      return { ...batch, version, isPending: version !== null && this.#pending.has(version) };
    });
    const kinds = this.#insertions.map((insertion) => {
      if (!insertion) return null;
      const { batch: _, ...kind } = insertion;
      return kind;
    });
    return { kinds, fixed, batches, uncommitted: this.#uncommitted };
  }

  /** The insertions of a document that was written down. */
  static resume({ kinds, fixed, batches, uncommitted }: InsertionsState): Insertions {
    const insertions = new Insertions();
    insertions.#uncommitted = uncommitted;
    const batchOf = new Map<number, Batch>();
    for (const { version, isPending, ...batch } of batches) {
      for (let i = batch.first; i < batch.end; i++) batchOf.set(i, batch);
      if (version !== null) insertions.#batches.set(version, batch);
      if (version !== null && isPending) insertions.#pending.add(version);
    }
    for (let number = 1; number < kinds.length; number++) {
      const [kind, batch] = [kinds[number], batchOf.get(number)];
      insertions.#insertions.push(kind && batch ? { ...kind, batch } : null);
      insertions.#labels.push(null);
      insertions.#own.push(false);
    }
    for (const { number, label, isSaid } of fixed) {
      insertions.#labels[number] = label;
      if (!isSaid && label !== null) insertions.#declared.set(label, number);
      if (isSaid) insertions.#said.set(label, number);
      if (isSaid) insertions.#saidNumbers.add(number);
    }
    for (let number = 1; number < kinds.length; number++) insertions.#resolve(number);
    return insertions;
  }

  /** Whether an insertion is of the batch that made `version`. */
  isOf(insertion: number, version: number): boolean {
    const batch = this.#batches.get(version);
    return batch !== undefined && insertion >= batch.first && insertion < batch.end;
  }

  /** No version names a batch from here on; what is not settled yet stays as it is. */
  forgetVersions(): void {
    this.#batches.clear();
    this.#pending.clear();
  }

  /** Sets the origin and label of everything that batch inserted; false when there is no record of it. */
  settle(version: number, origin: Origin, label: Label | null): boolean {
    const batch = this.#batches.get(version);
    if (!batch) return false;
    this.#pending.delete(version);
    batch.origin = origin;
    batch.label = label;
    // Later insertions may inherit from these; earlier ones cannot.
    for (let i = batch.first; i < this.#insertions.length; i++) this.#resolve(i);
    return true;
  }

  /** Brings up to date what is said of one insertion; those that it refers to are older, and are so already. */
  #resolve(number: number): void {
    const insertion = this.#insertions[number];
    if (!insertion) return;
    const { batch, inherits, moved, removes, removal } = insertion;
    const isAi = batch.origin === 'ai';
    const tookOwn = removes.every((removed) => this.#own[removed]);
    // Whoever else moves an AI's own text, it stays that.
    this.#own[number] =
      moved && !isAi
        ? inherits.length > 0 && inherits.every((from) => this.#own[from])
        : isAi && !moved && !removal && tookOwn;
    this.#labels[number] = removal ? (isAi && !tookOwn ? batch.label : null) : this.#textLabel(insertion);
  }

  #textLabel({ batch, inherits, moved, blank }: Insertion): Label | null {
    const { origin, label } = batch;
    const inheriting =
      origin === 'tool' ||
      (moved && origin !== 'ai') ||
      (blank && (origin === 'pending' || origin === 'external'));
    if (!inheriting) return origin === 'pending' ? null : label;
    const common = this.labelOf(inherits[0] ?? NO_RECORD);
    return inherits.every((insertion) => this.labelOf(insertion) === common) ? common : null;
  }
}

function sameKind(a: InsertionKind, b: InsertionKind): boolean {
  return (
    a.moved === b.moved &&
    a.blank === b.blank &&
    a.removal === b.removal &&
    sameList(a.inherits, b.inherits) &&
    sameList(a.removes, b.removes)
  );
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((insertion, i) => insertion === b[i]);
}
