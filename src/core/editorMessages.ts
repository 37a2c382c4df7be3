import type { Finding } from './findings';

/** What a git hook asks of an editor that has the repository open, and what the editor answers. */
export type EditorRequest =
  /** Write what is still in memory (sidecars of saved text, the journal) so that the hook reads the truth. */
  { readonly kind: 'flush' } | ConfirmCommitRequest | AgentEditRequest;

/** What an agent's hook reports of files that it changed. */
export interface AgentEditRequest {
  readonly kind: 'agentEdit';
  /** The worktree's root, absolute. */
  readonly root: string;
  /** The contribution's tool. */
  readonly agent: string;
  readonly model?: string;
  readonly session?: string;
  /** At most `MAX_FILES_SENT`. */
  readonly files: readonly AgentEditFile[];
}

export interface AgentEditFile {
  /** Relative to `root`, with `/`. */
  readonly path: string;
  /** SHA-256 in hex of the text before and after, with line feeds; null where it is not known. */
  readonly before: string | null;
  readonly after: string | null;
  /** What the agent says it replaced, in its order; `old` null: the whole file. */
  readonly edits: readonly { readonly old: string | null; readonly new: string; readonly all: boolean }[];
}

/** Show the person what holds the commit back and let them choose. */
export interface ConfirmCommitRequest {
  readonly kind: 'confirmCommit';
  /** The worktree's root, absolute. */
  readonly root: string;
  /** At most `MAX_FINDINGS_SENT`; `omitted` counts the others. */
  readonly findings: readonly Finding[];
  readonly omitted?: number;
  /** One complete sentence. */
  readonly summary: string;
  /** True when every rule involved only warns, so that *Commit Anyway* may be offered. */
  readonly canOverride: boolean;
  /** The AI agent that makes the commit: nothing may be said about the text then. */
  readonly agent?: string;
}

export type CommitDecision = 'commit' | 'review' | 'cancel' | 'request' | 'override';

/** What the person chose. */
export interface CommitAnswer {
  readonly decision: CommitDecision;
  /** The reason for an override (never without one), or a remark for a request. */
  readonly why?: string;
  /** The note that a rule asks for. */
  readonly note?: string;
}

export type EditorAnswer =
  | { readonly kind: 'flushed' }
  | ({ readonly kind: 'decision' } & CommitAnswer)
  /** The files whose sidecars the editor has brought up to date; those of the others are the hook's to write. */
  | { readonly kind: 'agentEdit'; readonly settled: readonly string[] };

/** The kind of answer that each request has. */
export const ANSWER_KINDS = {
  flush: 'flushed',
  confirmCommit: 'decision',
  agentEdit: 'agentEdit',
} as const satisfies Record<EditorRequest['kind'], EditorAnswer['kind']>;

/** Most files of an agent's report, and most characters of what it says it replaced in one of them. */
export const MAX_FILES_SENT = 200;
export const MAX_CLAIMED_SENT = 200_000;

/** Longest reason or note, in UTF-16 code units. */
export const MAX_REASON = 4000;

/** More findings than this say nothing more in a dialog. */
export const MAX_FINDINGS_SENT = 500;

const DECISIONS: readonly string[] = [
  'commit',
  'review',
  'cancel',
  'request',
  'override',
] satisfies CommitDecision[];

/** Checks a value that came over the socket; null when it is no request. Fields it does not know are left out. */
export function parseEditorRequest(value: unknown): EditorRequest | null {
  if (!isRecord(value)) return null;
  if (value.kind === 'flush') return { kind: 'flush' };
  if (value.kind === 'agentEdit') return parseAgentEdit(value);
  if (value.kind !== 'confirmCommit') return null;
  const { root, findings, omitted, summary, canOverride, agent } = value;
  if (typeof root !== 'string' || typeof summary !== 'string' || typeof canOverride !== 'boolean')
    return null;
  if (!Array.isArray(findings) || findings.length > MAX_FINDINGS_SENT) return null;
  const checked = findings.map(parseFinding);
  if (!checked.every((finding) => finding !== null)) return null;
  return {
    kind: 'confirmCommit',
    root,
    findings: checked,
    summary,
    canOverride,
    ...(isCount(omitted) ? { omitted } : {}),
    ...(typeof agent === 'string' ? { agent } : {}),
  };
}

/**
 * Checks a value that came over the socket; null when it is no answer. A decision that this version does not know gives
 * the commit up: somebody did decide, and not to let it through as it is.
 */
export function parseEditorAnswer(value: unknown): EditorAnswer | null {
  if (!isRecord(value)) return null;
  if (value.kind === 'flushed') return { kind: 'flushed' };
  if (value.kind === 'agentEdit') {
    return isTexts(value.settled) ? { kind: 'agentEdit', settled: value.settled } : null;
  }
  if (value.kind !== 'decision' || typeof value.decision !== 'string') return null;
  if (!DECISIONS.includes(value.decision)) return { kind: 'decision', decision: 'cancel' };
  return {
    kind: 'decision',
    decision: value.decision as CommitDecision,
    ...words('why', value.why),
    ...words('note', value.note),
  };
}

/** What somebody wrote, when they wrote anything. */
function words<Key extends 'why' | 'note'>(key: Key, value: unknown): { [K in Key]?: string } {
  const text = typeof value === 'string' ? value.trim().slice(0, MAX_REASON) : '';
  return text === '' ? {} : ({ [key]: text } as { [K in Key]?: string });
}

/** The request with no more findings than may be sent. */
export function withinLimits(request: EditorRequest): EditorRequest {
  if (request.kind !== 'confirmCommit' || request.findings.length <= MAX_FINDINGS_SENT) return request;
  const omitted = request.findings.length - MAX_FINDINGS_SENT + (request.omitted ?? 0);
  return { ...request, findings: request.findings.slice(0, MAX_FINDINGS_SENT), omitted };
}

function parseAgentEdit(value: Record<string, unknown>): AgentEditRequest | null {
  const { root, agent, model, session, files } = value;
  if (typeof root !== 'string' || typeof agent !== 'string') return null;
  if (!Array.isArray(files) || files.length > MAX_FILES_SENT) return null;
  const checked = files.map(parseAgentFile);
  if (!checked.every((file) => file !== null)) return null;
  return {
    kind: 'agentEdit',
    root,
    agent,
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof session === 'string' ? { session } : {}),
    files: checked,
  };
}

function parseAgentFile(value: unknown): AgentEditFile | null {
  if (!isRecord(value)) return null;
  const { path, before, after, edits } = value;
  if (typeof path !== 'string' || !isInsideRepository(path)) return null;
  if (!isDigest(before) || !isDigest(after) || !Array.isArray(edits)) return null;
  const replaced = edits.map((edit) => {
    if (!isRecord(edit)) return null;
    const { old, new: put, all } = edit;
    if ((old !== null && typeof old !== 'string') || typeof put !== 'string') return null;
    return { old, new: put, all: all === true };
  });
  return replaced.every((edit) => edit !== null) ? { path, before, after, edits: replaced } : null;
}

function isDigest(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
}

function parseFinding(value: unknown): Finding | null {
  if (!isRecord(value)) return null;
  const { kind, path, startLine, endLine, start, end, rule, enforcement, label, labels, message, remedy } =
    value;
  const { clearance, canRequest, canOverride, rejected } = value;
  if (typeof path !== 'string' || !isInsideRepository(path)) return null;
  if (!isCount(startLine) || !isCount(endLine) || !isCount(start) || !isCount(end)) return null;
  if (enforcement !== 'warn' && enforcement !== 'block') return null;
  if (typeof rule !== 'string' || typeof label !== 'string') return null;
  if (!Array.isArray(labels) || !labels.every((each) => typeof each === 'string')) return null;
  // A newer hook may know kinds that this editor does not: it shows their message.
  if (typeof kind !== 'string') return null;
  if (typeof message !== 'string' || typeof remedy !== 'string') return null;
  return {
    kind: kind as Finding['kind'],
    path,
    startLine,
    endLine,
    start,
    end,
    rule,
    enforcement,
    label,
    labels,
    message,
    remedy,
    ...(clearance === 'requested' || clearance === 'overridden' ? { clearance } : {}),
    ...(canRequest === true ? { canRequest } : {}),
    ...(canOverride === true ? { canOverride } : {}),
    ...(isTexts(rejected) ? { rejected } : {}),
  };
}

/** The editor opens the path: it may only lead into the repository. */
function isInsideRepository(path: string): boolean {
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:[/\\]/.test(path) || path.includes('\0'))
    return false;
  return !path.split(/[/\\]/).includes('..');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
