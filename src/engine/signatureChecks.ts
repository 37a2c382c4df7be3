import type { Signatures } from '../core/signatures';
import type { Statement } from '../core/statements';
import type { Repository } from '../repo/git';
import { type SignatureCache, verifyStatements } from './signatures';

/**
 * The signatures of an open repository's statements, for those who cannot wait: what is not known yet is checked behind
 * their back, all that was asked for meanwhile in one go, and told when it is there.
 */
export class SignatureChecks {
  readonly #cache: SignatureCache = new Map();
  #known: Signatures = new Map();
  #allowedSigners: string | null = null;
  /** Asked for and not known yet, by uuid. */
  #wanted = new Map<string, Statement>();
  /** All that anybody asked for since the repository was opened. */
  readonly #asked = new Set<string>();
  #working: Promise<void> | null = null;

  /**
   * @param onChecked hears when more is known
   * @param onTrouble hears why signatures cannot be checked here, or null when they can
   */
  constructor(
    private readonly repo: Repository,
    private readonly onChecked: () => void,
    private readonly onTrouble: (problem: string | null) => void,
  ) {}

  /** What is known now of these statements; what is not will be. */
  of(statements: readonly Statement[]): Signatures {
    for (const statement of statements) {
      if (this.#known.has(statement.uuid)) continue;
      this.#asked.add(statement.uuid);
      this.#wanted.set(statement.uuid, statement);
    }
    if (this.#wanted.size > 0) this.#working ??= this.#work();
    return this.#known;
  }

  /** The statements or the allowed signers are others now: what anybody asked for is checked before this returns. */
  async reset(allowedSigners: string | null, statements: readonly Statement[]): Promise<void> {
    this.#allowedSigners = allowedSigners;
    const asked = statements.filter(
      ({ uuid, signature }) => signature !== undefined && this.#asked.has(uuid),
    );
    this.#wanted.clear();
    this.#known = await this.#verify(asked);
  }

  async #work(): Promise<void> {
    try {
      // One turn later, so that all files that are judged now are asked about together.
      await Promise.resolve();
      while (this.#wanted.size > 0) {
        const signers = this.#allowedSigners;
        const wanted = [...this.#wanted.values()];
        this.#wanted = new Map();
        const found = await this.#verify(wanted);
        // Checked against signers who are not those any more: whoever still wants to know asks again.
        if (signers === this.#allowedSigners) this.#known = new Map([...this.#known, ...found]);
      }
    } finally {
      this.#working = null;
    }
    this.onChecked();
  }

  async #verify(statements: readonly Statement[]): Promise<Signatures> {
    try {
      const found = await verifyStatements(this.repo, this.#allowedSigners, statements, this.#cache);
      this.onTrouble(null);
      return found;
    } catch (error) {
      this.onTrouble((error as Error).message);
      const state = { state: 'invalid', why: 'signatures cannot be checked on this machine' } as const;
      return new Map(statements.map(({ uuid }) => [uuid, state]));
    }
  }
}
