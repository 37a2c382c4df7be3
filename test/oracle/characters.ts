/**
 * Text whose truth is known: every letter is from a private counter, so that it says by itself who put it there.
 */

/** Who really put text there. One object for what came in one go, so that learning it late is one assignment. */
export interface Source {
  /** `foreign`: from outside, nobody knows whose; `undecided`: nothing is asked of its marks (yet). */
  kind: 'human' | 'ai' | 'foreign' | 'undecided';
  /** Which tool, where it is an AI's. */
  tool?: string;
}

export const HUMAN: Source = { kind: 'human' };
export const FOREIGN: Source = { kind: 'foreign' };

/** One UTF-16 unit of a text; the same object as long as that very character lives, also through undo and redo. */
export interface Character {
  readonly unit: string;
  source: Source;
  /** Sign or white space that came with, or through, a comparison of texts: it cannot be told from its like. */
  loose: boolean;
}

/** True for letters of the private counter, which no two insertions share. */
export function isLetter({ unit }: Character): boolean {
  return unit >= FIRST;
}

const FIRST = '\u4e00';
/** The ideographs and, when they are used up, the syllables of Hangul. */
const BLOCKS = [
  [0x4e00, 0x9ff0],
  [0xac00, 0xd7a0],
] as const;

/** Makes letters that were never used before, and text out of them that looks like code. */
export class Ink {
  #used = 0;

  letter(): string {
    let index = this.#used++;
    for (const [start, end] of BLOCKS) {
      if (index < end - start) return String.fromCharCode(start + index);
      index -= end - start;
    }
    throw new RangeError('The letters are used up: make the sequences of operations shorter.');
  }

  word(length: number): string {
    return Array.from({ length }, () => this.letter()).join('');
  }

  /** Lines like `  name = call(word, word);`, without the last line break. `style` chooses among their shapes. */
  code(lines: number, style: number): string {
    return Array.from({ length: lines }, (_, i) => {
      const shape = (style + i) % 5;
      const word = (size: number) => this.word(1 + ((style + i * 3 + size) % 7));
      const indent = '  '.repeat((style + i) % 3);
      if (shape === 0) return `${indent}${word(3)} = ${word(1)}(${word(4)}, ${word(2)});`;
      if (shape === 1) return `${indent}${word(5)} ${word(2)} {`;
      if (shape === 2) return `${indent}// ${word(2)} ${word(6)} ${word(0)} ${word(3)}`;
      if (shape === 3) return `${indent}return ${word(4)}.${word(5)};`.replace('return', word(5));
      return `${indent}}`;
    }).join('\n');
  }
}

/** Line breaks are nobody's in the record (docs/architecture.md), so nothing is asked of them. */
export function charactersOf(text: string, source: Source): Character[] {
  return Array.from({ length: text.length }, (_, i) => ({ unit: text[i]!, source, loose: text[i] === '\n' }));
}

/** Characters of their own that say and are the same: what a copy of text is. */
export function copyOf(characters: readonly Character[]): Character[] {
  return characters.map(({ unit, source, loose }) => ({ unit, source, loose }));
}

export function textOf(characters: readonly Character[]): string {
  return characters.map(({ unit }) => unit).join('');
}
