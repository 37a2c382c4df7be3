/**
 * The messages of our own between the language client and the language server. Ranges and positions are
 * LSP's: 0-based lines, 0-based UTF-16 columns, end exclusive. Names and fields are stable; fields may be added.
 */
import type { CommitAnswer } from './core/editorMessages';
import type { Finding } from './core/findings';
import type { Evidence, Origin } from './core/marks';
import type { ObservedRepository } from './core/observation';
import type { ReviewState } from './core/review';
import type { WorkAction } from './core/workItems';

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** What the client knows of an edit's source. */
export interface EditSource {
  origin: Origin | 'pending';
  evidence?: Evidence;
  tool?: string;
  model?: string;
  session?: string;
}

/** Notification, client to server, just before the `didChange` it speaks of. */
export const EDIT_ORIGIN = 'taggant/editOrigin';
export interface EditOriginParams extends EditSource {
  uri: string;
  /** The document version that the change makes. */
  version: number;
  /** `restore`: something else than the editor's undo puts earlier text back (a chat's undo, a checkpoint). */
  undoRedo?: 'undo' | 'redo' | 'restore';
}

/** Notification, client to server, any time later: what the edit that made `version` turned out to be. */
export const SETTLE_ORIGIN = 'taggant/settleOrigin';
export interface SettleOriginParams extends EditSource {
  uri: string;
  version: number;
}

/** One marked run of text. */
export interface SpanInfo {
  range: Range;
  origin: 'ai' | 'paste' | 'external';
  contribution?: string;
  tool?: string;
  model?: string;
  evidence?: Evidence;
  review: ReviewState;
}

/** A place where an AI edit removed text: above a line, or from within it. */
export interface DeletionInfo {
  line: number;
  label: string;
  tool?: string;
  model?: string;
  evidence?: Evidence;
  /** The day of the contribution in UTC, `YYYY-MM-DD`. */
  day?: string;
  review: ReviewState;
}

/** Notification, server to client, debounced; also the answer of GET_SPANS. Spans and deletions in document order. */
export const SPANS = 'taggant/spans';
export interface SpansParams {
  uri: string;
  version: number;
  spans: SpanInfo[];
  /** Absent where there are none. */
  deletions?: DeletionInfo[];
}

/** Request, client to server: the spans of the newest version received. */
export const GET_SPANS = 'taggant/getSpans';
export interface DocumentParams {
  uri: string;
}

/** Why a document is not followed, or that it is. */
export type Tracking =
  | { state: 'tracked' }
  /** Followed, but its repository has not been set up: marks are kept in the git directory only. */
  | { state: 'not-set-up' }
  /** Not followed, or marks cannot be kept; `reason` is one sentence for the user. */
  | { state: 'off'; reason: string };

/** Notification, server to client, when something in it changed: what the status bar shows for a document. */
export const STATUS = 'taggant/status';
export interface StatusParams {
  uri: string;
  tracking: Tracking;
  /** Characters in AI spans and in the document. */
  aiCharacters: number;
  characters: number;
  /** Unreviewed spans on critical paths in this file. */
  findings: {
    range: Range;
    rule: string;
    enforcement: 'warn' | 'block';
    message: string;
    /** What is missing: "needs 1 sign-off by senior, not the author". */
    needs?: string;
    action?: WorkAction;
    /** Who asked for the sign-off, `Name <email>`. */
    requestedBy?: string;
  }[];
  /** The same for the staged change of the whole repository, as the next commit would meet it. */
  staged: StagedStatus;
  /** True when git does not call Taggant before a commit of this repository here. */
  hookMissing?: boolean;
  /** Things the user should know, one sentence each (unusable policy, missing hook, unreadable sidecar). */
  problems: string[];
}

export interface StagedStatus {
  findings: { uri: string; range: Range; rule: string; enforcement: 'warn' | 'block' }[];
  /** True when the hook would hold the next commit. */
  held: boolean;
}

/** Request, server to client: the findings of a commit that waits. */
export const CONFIRM_COMMIT = 'taggant/confirmCommit';
export interface ConfirmCommitParams {
  rootUri: string;
  summary: string;
  findings: Finding[];
  /** True when every rule only warns, so the person may commit all the same. */
  canOverride: boolean;
  /** How many more findings there are. */
  omitted?: number;
  /** The AI agent that makes the commit, if one does. */
  agent?: string;
}
export type ConfirmCommitResult = CommitAnswer;

/** Request, client to server: mark spans touching the ranges (all of the document without ranges) as reviewed. */
export const MARK_REVIEWED = 'taggant/markReviewed';
export interface MarkReviewedParams {
  uri: string;
  ranges?: Range[];
  why?: string;
}

/** What a person says about text: the spans that touch the ranges, all of the file without ranges. */
export interface PlacesTarget {
  kind: 'places';
  uri: string;
  ranges?: Range[];
}
/** All that waits for this person's sign-off in a repository, or that of one rule. */
export interface ChangeTarget {
  kind: 'change';
  rootUri: string;
  rule?: string;
}
export type SignOffTarget = PlacesTarget | ChangeTarget;

/** A problem that another extension reports. */
export interface Report {
  uri: string;
  range: Range;
  /** `eslint`, say. */
  source: string;
  severity: 'error' | 'warning' | 'information';
}

/** Request, client to server: sign the text off, or only say what would be signed (`dryRun`). */
export const SIGN_OFF = 'taggant/signOff';
export interface SignOffParams {
  target: SignOffTarget;
  dryRun: boolean;
  /** What other extensions report in the files in question. */
  reports?: Report[];
  why?: string;
  /** The `digest` of a dry run: nothing is signed when the text is no longer the one that was shown. */
  expected?: string;
}
export interface SignOffResult {
  /** What is signed, or would be; nothing when `refusals` says why. */
  places: SignOffPlace[];
  /** One sentence for each reason why something is not signed. */
  refusals: string[];
  /** Of all that is signed, or would be. */
  digest: string;
}
export interface SignOffPlace {
  uri: string;
  /** From the repository's root. */
  path: string;
  range: Range;
  /** Lines that it covers. */
  lines: number;
  rules: string[];
  /** Whose AI code it is, `Name <email>`. */
  authors: string[];
}

/** Request, client to server: write a note about text, or ask for its sign-off (with a note where one is missing). */
export const STATE = 'taggant/state';
export interface StateParams {
  statement: 'note' | 'request';
  target: PlacesTarget;
  why?: string;
}

/** Request, client to server: what waits in the open repositories. */
export const WORKLIST = 'taggant/worklist';
export interface WorklistResult {
  repositories: RepositoryWork[];
}
export interface RepositoryWork {
  rootUri: string;
  items: WorkItem[];
}
export interface WorkItem {
  uri: string;
  path: string;
  range: Range;
  rule: string;
  enforcement: 'warn' | 'block';
  /** `you`: a sign-off was asked for and this person may give it; `others`: it was asked for; `nobody`: not even that. */
  waitsFor: 'you' | 'others' | 'nobody';
  /** What this person can do: sign it off, read it, ask for its sign-off, document it; or only wait. */
  action: WorkAction;
  /** What is wrong, without place. */
  message: string;
  /** What is missing: "needs 1 sign-off by senior, not the author". */
  needs: string;
  /** Who asked for the sign-off, `Name <email>`, and what the author's note says. */
  requestedBy?: string;
  note?: string;
}

/** Notification, server to client: the work list may be another one. */
export const WORKLIST_CHANGED = 'taggant/worklistChanged';

/** Request, client to server: a person declares what text is. */
export const DECLARE = 'taggant/declare';
export interface DeclareParams {
  uri: string;
  /** Spans that touch a range (mine), or the range itself (ai). */
  ranges: Range[];
  origin: 'ai' | 'human';
  tool?: string;
  /** Why it is no AI code, and that the person signs that. */
  why?: string;
  sign?: boolean;
}

/** What a request that changes something answers: how much it changed, and a sentence when there is something to say. */
export interface ChangeResult {
  changed: number;
  message?: string;
  /** True when a note has to come with it, or a reason. */
  needsNote?: boolean;
  needsReason?: boolean;
  /** A sentence about why the person has to sign it. */
  needsSignature?: string;
}

/** Notification, client to server: text was copied or cut inside the editor, from these ranges. */
export const COPIED = 'taggant/copied';
export interface CopiedParams {
  uri: string;
  version: number;
  /** One for each cursor. */
  ranges: Range[];
}

/** Notification, client to server: an agent's command in a terminal of the editor has begun, or ended. */
export const AGENT_COMMAND = 'taggant/agentCommand';
export interface AgentCommandParams {
  /** Tells this command from others. */
  id: string;
  /** The agent, by the name under which its hook reports. */
  tool: string;
  /** Where it was started; null when the shell does not say. */
  folder: string | null;
  isRunning: boolean;
}

/** Notification, server to client: AI text appeared in a repository that was not set up. Sent once per repository. */
export const OFFER_SET_UP = 'taggant/offerSetUp';
export interface OfferSetUpParams {
  rootUri: string;
}

/** Request, client to server: set the repository of a file or folder up; `dryRun` lists what would be done. */
export const SET_UP = 'taggant/setUp';
export interface SetUpParams {
  uri: string;
  dryRun: boolean;
}
export interface SetUpResult {
  /** One line for each thing done (or to be done), ready to show. */
  actions: string[];
  /** Remarks and things the user has to do by hand. */
  notes: string[];
  rootUri: string;
}

/** What the client hands over when it starts the server. */
export interface InitializationOptions {
  /** False in an untrusted workspace: nothing is written and no program is started. */
  trusted: boolean;
  /** True when the editor checks the policy against its schema itself: the server need not say the same again. */
  checksSchemas?: boolean;
}

/** Request, client to server: the sensors outside the editor, for each repository that is open. */
export const OBSERVED = 'taggant/observed';
export interface ObservedResult {
  repositories: ObservedRepository[];
}
