import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  CONTRIBUTION_ID_LENGTH,
  type Contribution,
  contributionId,
  contributionJson,
  isContributionId,
} from '../core/contribution';
import { type JudgedFile, type JudgedText, judgeStated, signedReviews } from '../core/judge';
import { contributionPath, VERSION_PATH } from '../core/layout';
import { type Evidence, isUnknownOrigin, type Label } from '../core/marks';
import { activeRulesFor } from '../core/policy';
import { indexStatements, matchFile } from '../core/review';
import { versionText } from '../core/sidecar';
import type { SignatureState } from '../core/signatures';
import type { Statement } from '../core/statements';
import { writeIfChanged, writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import { authorIdentity } from '../repo/identity';
import { workingTree } from '../repo/tree';
import { newestHeadMoves } from '../repo/workingState';
import { type Guardrails, judgementBy, loadGuardrails, NO_GUARDRAILS } from './guardrails';
import { NO_POLICY } from './judgeFiles';
import { type Knowledge, loadKnowledge } from './knowledge';
import { SignatureChecks } from './signatureChecks';

/** What is known of an AI edit's source when it is recorded. */
export interface AiSource {
  /** `inferred` where nothing better is said. */
  readonly evidence?: Evidence;
  readonly tool?: string;
  readonly model?: string;
  readonly session?: string;
}

const EMPTY: Knowledge = {
  policy: null,
  policyProblems: [],
  statements: [],
  contributions: new Map(),
  problems: [],
};

function uncheckable({ uuid }: Statement): [string, SignatureState] {
  return [uuid, { state: 'invalid', why: 'signatures are not checked in a workspace that is not trusted' }];
}

/**
 * What is held in memory of one open repository: its policy, statements and contributions as the working tree
 * has them, and the contributions that are not in the tree yet (kept in the git directory meanwhile).
 */
export class RepositoryState {
  #knowledge: Knowledge = EMPTY;
  #guardrails: Guardrails = NO_GUARDRAILS;
  #statements = indexStatements([]);
  readonly #signatures: SignatureChecks;
  #isSetUp = false;
  #refusal: string | null = null;
  #author = '';
  #firstHead: string | null = null;
  /** Contributions made here that the tree may not hold yet. */
  readonly #own = new Map<string, Contribution>();
  /** Those of them that are in the git directory, or on their way there. */
  readonly #kept = new Set<string>();
  /** One sentence for each thing that does not work, by that thing's name. */
  readonly #problems = new Map<string, string>();

  private constructor(
    readonly repo: Repository,
    /** Nothing is written and no program started. */
    readonly restricted: boolean,
  ) {
    this.#signatures = new SignatureChecks(
      repo,
      () => this.onJudgedAnew?.(),
      (problem) => this.report('signatures', problem),
    );
  }

  /** An agent that may be writing to this repository just now. */
  agentAtWork: () => AiSource | null = () => null;

  /** Hears when texts may be judged otherwise than before, because more is known of signatures. */
  onJudgedAnew: (() => void) | undefined;

  static async open(repo: Repository, restricted = false): Promise<RepositoryState> {
    const state = new RepositoryState(repo, restricted);
    state.#author = restricted ? 'unknown' : await authorIdentity(repo).catch(() => 'unknown');
    state.#firstHead = (await newestHeadMoves(repo)).at(-1)?.to ?? null;
    await state.#readOwn();
    await state.reload();
    return state;
  }

  /**
   * Judges a text by the working tree's guardrails, as the next commit would if they went into it. Starts no program: a
   * signature that nobody has asked about yet counts once it has been checked, see `onJudgedAnew`.
   */
  judge(file: JudgedText, now: Date): JudgedFile {
    const stated = matchFile(file, this.#statements);
    const { policy } = this.#guardrails;
    const day = now.toISOString().slice(0, 10);
    const asksForSigners =
      policy !== null && activeRulesFor(policy, file.path, day).some(({ signOff }) => signOff !== null);
    const reviews = asksForSigners ? signedReviews(stated) : [];
    const signatures = this.restricted ? new Map(reviews.map(uncheckable)) : this.#signatures.of(reviews);
    const contributions = { get: (id: Label) => this.contribution(id) };
    const by = { ...this.#guardrails, policy: policy ?? NO_POLICY };
    return judgeStated(file, stated, judgementBy(by, { signatures, contributions, now }));
  }

  /** What the texts of the working tree are judged by. */
  get guardrails(): Guardrails {
    return this.#guardrails;
  }

  get knowledge(): Knowledge {
    return this.#knowledge;
  }

  /** True when the repository takes sidecars: `.taggant/version` is there. */
  get isSetUp(): boolean {
    return this.#isSetUp;
  }

  /** Why the repository's marks cannot be used (a newer format, say); null when they can. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Git identity of the person at this machine, `Name <email>`. */
  get author(): string {
    return this.#author;
  }

  /** One sentence each: what the user should know of this repository. */
  get problems(): string[] {
    return [...this.#knowledge.problems, ...this.#guardrails.problems, ...this.#problems.values()];
  }

  /** Something does not work, in one sentence, or works again: null. */
  report(what: string, problem: string | null): void {
    if (problem === null) this.#problems.delete(what);
    else this.#problems.set(what, problem);
  }

  /** Reads the working tree's `.taggant` anew. A folder that cannot be used is a problem, not an error. */
  async reload(): Promise<void> {
    this.#isSetUp = await stat(path.join(this.repo.root, VERSION_PATH)).then(
      () => true,
      () => false,
    );
    const tree = workingTree(this.repo);
    // Text that is not saved yet may have what another commit brought.
    for (const [id, contribution] of this.#knowledge.contributions) this.#own.set(id, contribution);
    try {
      [this.#knowledge, this.#guardrails] = await Promise.all([loadKnowledge(tree), loadGuardrails(tree)]);
      this.#refusal = null;
    } catch (error) {
      this.#refusal = (error as Error).message;
      this.#knowledge = { ...EMPTY, problems: [this.#refusal] };
      this.#guardrails = NO_GUARDRAILS;
      this.#isSetUp = false;
    }
    this.#statements = indexStatements(this.#knowledge.statements);
    if (!this.restricted) {
      await this.#signatures.reset(this.#guardrails.allowedSigners, this.#knowledge.statements);
    }
  }

  /** The commit that HEAD was when the repository was opened here; null where git keeps no log. */
  get firstHead(): string | null {
    return this.#firstHead;
  }

  contribution(id: Label): Contribution | undefined {
    return this.#own.get(id) ?? this.#knowledge.contributions.get(id);
  }

  /** The label of an AI edit made now by this author; the contribution is remembered, and kept in the git directory. */
  labelFor(source: AiSource, now: Date): Label {
    return this.adopt({
      author: this.#author,
      day: now.toISOString().slice(0, 10),
      evidence: source.evidence ?? 'inferred',
      ...(source.tool ? { tool: source.tool } : {}),
      ...(source.model ? { model: source.model } : {}),
      ...(source.session ? { session: source.session } : {}),
    });
  }

  /** The label here of a contribution that another repository or another window made; it is remembered as our own. */
  adopt(contribution: Contribution): Label {
    const json = contributionJson(contribution);
    let length = CONTRIBUTION_ID_LENGTH;
    let id = contributionId(contribution, length);
    for (let other = this.contribution(id); other && contributionJson(other) !== json; ) {
      length += 1;
      id = contributionId(contribution, length);
      other = this.contribution(id);
    }
    this.#own.set(id, contribution);
    this.#remember(id, contribution);
    return id;
  }

  #remember(id: Label, contribution: Contribution): void {
    if (this.restricted || this.#kept.has(id)) return;
    this.#kept.add(id);
    void this.#keep(id, contributionJson(contribution));
  }

  /** Keeps the contributions of unsaved text in the git directory that the tree does not hold any more. */
  keepNames(labels: Iterable<Label>): void {
    for (const label of new Set(labels)) {
      const contribution = this.#own.get(label);
      if (contribution && !this.#knowledge.contributions.has(label)) this.#remember(label, contribution);
    }
  }

  /** Writes the contributions that a sidecar names into the tree, where they are missing. */
  async writeContributions(labels: Iterable<Label>): Promise<void> {
    for (const label of new Set(labels)) {
      if (isUnknownOrigin(label) || this.#knowledge.contributions.has(label)) continue;
      const contribution = this.#own.get(label);
      if (!contribution) continue;
      await writeInside(this.repo.root, contributionPath(label), `${contributionJson(contribution)}\n`);
      this.#knowledge.contributions.set(label, contribution);
    }
    await writeInside(this.repo.root, VERSION_PATH, versionText());
  }

  get #ownFolder(): string {
    return path.join(this.repo.commonDir, 'taggant', 'contributions');
  }

  async #keep(id: string, json: string): Promise<void> {
    try {
      await mkdir(this.#ownFolder, { recursive: true });
      await writeIfChanged(path.join(this.#ownFolder, `${id}.json`), `${json}\n`);
      this.report('contributions', null);
    } catch (error) {
      this.#kept.delete(id);
      this.report('contributions', (error as Error).message);
    }
  }

  async #readOwn(): Promise<void> {
    const names = await readdir(this.#ownFolder).catch(() => [] as string[]);
    for (const name of names) {
      const id = name.replace(/\.json$/, '');
      if (id === name || !isContributionId(id)) continue;
      try {
        const json = (await readFile(path.join(this.#ownFolder, name), 'utf8')).trim();
        const contribution = JSON.parse(json) as Contribution;
        if (contributionId(contribution, id.length) === id) this.#own.set(id, contribution);
      } catch {
        // A file cut off in the middle: what it named is unknown, the marks themselves stay.
      }
    }
  }
}
