/** What is true of a text whose letters each say who put them there, wherever an editor moves them. */
import { type Character, charactersOf, type Ink, isLetter, type Source } from './characters';
import type { Counts, Fault } from './compare';
import { compare } from './compare';
import type { Shown } from './host';
import type { Row } from './signals';

const NOBODYS: Source = { kind: 'undecided' };

/**
 * The truth of an editor that is not simulated: what its commands, undo and reloading make of a text is read off the text.
 * Signs and white space say nothing of themselves, so nothing is asked of them.
 */
export class Truth {
  readonly #letters = new Map<string, Character>();

  constructor(readonly ink: Ink) {}

  /** Remembers whose the letters of a text are that is about to come in. Those that are known already stay whose they are. */
  isBy(source: Source, text: string): string {
    for (const character of charactersOf(text, source)) {
      if (isLetter(character) && !this.#letters.has(character.unit))
        this.#letters.set(character.unit, character);
    }
    return text;
  }

  /** The first letter of a text whose mark is not its truth; adds to the counts. */
  compare(path: string, text: string, marks: readonly Shown[], row: Row, counts: Counts): Fault | null {
    const characters = Array.from(
      { length: text.length },
      (_, i): Character => this.#letters.get(text[i]!) ?? { unit: text[i]!, source: NOBODYS, loose: true },
    );
    return compare({ path, text: characters }, marks, row, counts);
  }
}
