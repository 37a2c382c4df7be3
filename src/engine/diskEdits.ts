import { keepsWords } from '../core/editShapes';
import type { Edit } from '../core/liveDocument';

/** The edits of one document that came from disk and that nothing has explained yet, by the version they made. */
export class DiskEdits {
  /** Whether each says the same words as the text before: a formatter that runs on saved files. */
  readonly #edits = new Map<number, boolean>();

  get size(): number {
    return this.#edits.size;
  }

  /** `edits` are absent when the editor told only later that they came from disk; `isSame` then says what is known. */
  add(version: number, edits: readonly Edit[] | null, isSame = false): void {
    this.#edits.set(version, edits ? keepsWords(edits) : isSame);
  }

  delete(version: number): void {
    this.#edits.delete(version);
  }

  clear(): void {
    this.#edits.clear();
  }

  /** All of them, each with what it is when neither git nor a sidecar explains it; none are left. */
  take(): { version: number; unexplained: 'tool' | 'external' }[] {
    const taken = [...this.#edits].map(([version, isSame]) => ({
      version,
      unexplained: isSame ? ('tool' as const) : ('external' as const),
    }));
    this.#edits.clear();
    return taken;
  }
}
