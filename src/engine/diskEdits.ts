import { keepsWords } from '../core/editShapes';
import type { Edit } from '../core/liveDocument';
import type { AiSource } from './repositoryState';

interface DiskEdit {
  /** It says the same words as the text before: a formatter that runs on saved files. */
  readonly isSame: boolean;
  /** Who was at work when it came. */
  readonly agent: AiSource | null;
}

/** The edits of one document that came from disk and that nothing has explained yet, by the version they made. */
export class DiskEdits {
  readonly #edits = new Map<number, DiskEdit>();

  get size(): number {
    return this.#edits.size;
  }

  /** `edits` are absent when the editor told only later that they came from disk; `isSame` then says what is known. */
  add(version: number, agent: AiSource | null, edits: readonly Edit[] | null, isSame = false): void {
    this.#edits.set(version, { agent, isSame: edits ? keepsWords(edits) : isSame });
  }

  delete(version: number): void {
    this.#edits.delete(version);
  }

  clear(): void {
    this.#edits.clear();
  }

  /** All of them, each with what it is when neither git nor a sidecar explains it. */
  all(): { version: number; unexplained: AiSource & { origin: 'tool' | 'external' | 'ai' } }[] {
    return [...this.#edits].map(([version, { isSame, agent }]) => ({
      version,
      unexplained: isSame
        ? { origin: 'tool' as const }
        : agent
          ? { origin: 'ai' as const, ...agent }
          : { origin: 'external' as const },
    }));
  }
}
