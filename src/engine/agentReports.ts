import { withClaimedEdits } from '../core/agentEdits';
import type { ClaimedEdit } from '../core/agentPayloads';
import { applyEdits } from '../core/edits';
import type { TextEdit } from '../core/marks';
import { textDigest } from '../repo/text';
import type { AiSource } from './repositoryState';

/** What an agent's hook reports of one file: the texts before and after, by digest, and what it says it replaced. */
export interface AgentEdit {
  readonly source: AiSource;
  /** Null when not known. */
  readonly before: string | null;
  readonly after: string | null;
  readonly edits: readonly Pick<ClaimedEdit, 'old' | 'new' | 'all'>[];
}

/** A change of a live document that nobody has explained. */
interface Change {
  readonly version: number;
  readonly before: string;
  readonly after: string;
  /** Digests of the two, once somebody has asked. */
  digests?: { before?: string; after?: string };
}

/** Changes that a report led from one text to the other, and whose they are. */
export interface Explained {
  readonly versions: readonly number[];
  readonly source: AiSource;
}

const MAX_CHANGES = 64;
/** Characters of all the texts that are remembered. */
const MAX_CHARACTERS = 32_000_000;
const MAX_KEPT = 32;

/**
 * Ties the reports of agents' hooks to the changes of one live document, whichever comes first: by the texts that a change
 * led from and to, never by its time.
 */
export class AgentReports {
  #changes: Change[] = [];
  #kept: AgentEdit[] = [];

  /** A change that is not explained yet; `edits` are in offsets of `before`. Answers whose it is if a report waits for it. */
  changed(version: number, before: string, edits: readonly TextEdit[]): Explained | null {
    this.#changes = recent([...this.#changes, { version, before, after: applyEdits(before, edits) }]);
    for (const edit of this.#kept) {
      const versions = this.#explain(edit);
      if (versions.length === 0) continue;
      this.#kept = this.#kept.filter((other) => other !== edit);
      return { versions, source: edit.source };
    }
    return null;
  }

  /** Somebody who knows better has said what the change was. */
  forget(version: number): void {
    this.#changes = this.#changes.filter((change) => change.version !== version);
  }

  /** A report. Answers the changes it explains; one that explains none waits for them. */
  reported(edit: AgentEdit): Explained | null {
    const versions = this.#explain(edit);
    if (versions.length > 0) return { versions, source: edit.source };
    this.#kept = [...this.#kept.slice(1 - MAX_KEPT), edit];
    return null;
  }

  /** The unbroken run of changes that leads from the report's text before to its text after. */
  #explain(edit: AgentEdit): number[] {
    for (let last = this.#changes.length - 1; last >= 0; last--) {
      const { after } = this.#changes[last]!;
      const endsThere = edit.after !== null && digestOf(this.#changes[last]!, 'after') === edit.after;
      if (!endsThere && edit.edits.length === 0) continue;
      for (let first = last; first >= 0; first--) {
        const { before } = this.#changes[first]!;
        if (first < last && this.#changes[first]!.after !== this.#changes[first + 1]!.before) break;
        // A document with unsaved text is another one than the file: there the agent's own words say what it did.
        const fits =
          endsThere && edit.before !== null && digestOf(this.#changes[first]!, 'before') === edit.before;
        if (!fits && (edit.edits.length === 0 || withClaimedEdits(before, edit.edits) !== after)) continue;
        const explained = this.#changes.slice(first, last + 1);
        this.#changes = this.#changes.filter((change) => !explained.includes(change));
        return explained.map(({ version }) => version);
      }
    }
    return [];
  }
}

function digestOf(change: Change, which: 'before' | 'after'): string {
  change.digests ??= {};
  change.digests[which] ??= textDigest(change[which]);
  return change.digests[which];
}

function recent(changes: readonly Change[]): Change[] {
  let characters = 0;
  const kept: Change[] = [];
  for (const change of changes.slice(-MAX_CHANGES).reverse()) {
    characters += change.before.length + change.after.length;
    if (characters > MAX_CHARACTERS && kept.length > 0) break;
    kept.unshift(change);
  }
  return kept;
}
