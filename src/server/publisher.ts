import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { type Connection, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Finding } from '../core/findings';
import { POLICY_PATH } from '../core/layout';
import { isUnknownOrigin } from '../core/marks';
import { breaksSchema } from '../core/policy';
import { policyNoticePlaces } from '../core/policyNoticePlaces';
import type { RepositoryState } from '../engine/repositoryState';
import { SPANS, type SpansParams, STATUS, type StatusParams } from '../protocol';
import { findingDiagnostics, policyDiagnostics, stagedDiagnostics } from './diagnostics';
import type { OpenDocument } from './documents';
import { judgedFile, openText } from './fileText';
import type { RepositoryHost } from './repositoryHost';
import { spansParams } from './spans';
import { workIn } from './work';

const SPANS_DELAY = 60;
const STATUS_DELAY = 400;
/**
 * Working spans out takes time that grows with their number. While keys are typed, at most about one part in this many of
 * the server's time goes there, so that the editor has the machine; never longer than this many milliseconds apart.
 */
const SPANS_SHARE = 30;
const MAX_SPANS_DELAY = 1000;

/** What the client was last told of a document. */
interface Published {
  spansTimer?: NodeJS.Timeout | undefined;
  statusTimer?: NodeJS.Timeout | undefined;
  /** Spans are not worked out again before this time, of a clock that only runs forward. */
  spansRestUntil: number;
  shape: string;
  status: string;
  diagnostics: string;
}

/** Tells the client what it shows: spans, status and diagnostics, each a moment after a change and only when they changed. */
export class Publisher {
  readonly #published = new Map<string, Published>();
  readonly #offered = new Set<RepositoryState>();
  /** The diagnostics of staged files that are not open, as they were last told, by address. */
  readonly #staged = new Map<RepositoryState, Map<string, string>>();

  /** The client finds by itself what breaks the policy's schema. */
  checksSchemas = false;

  constructor(
    private readonly connection: Connection,
    private readonly hostOf: (state: RepositoryState) => RepositoryHost | undefined,
    private readonly offerSetUp: (state: RepositoryState) => void,
  ) {}

  documentChanged(open: OpenDocument): void {
    const published = this.#of(open.uri);
    published.spansTimer ??= setTimeout(
      () => {
        published.spansTimer = undefined;
        this.#publishSpans(open, published);
      },
      Math.max(SPANS_DELAY, published.spansRestUntil - performance.now()),
    );
    this.statusChanged(open);
  }

  statusChanged(open: OpenDocument): void {
    const published = this.#of(open.uri);
    clearTimeout(published.statusTimer);
    published.statusTimer = setTimeout(() => {
      published.statusTimer = undefined;
      this.#publishStatus(open, published);
    }, STATUS_DELAY);
  }

  /** Something else than the text changed, a review say: told at once. */
  publishNow(open: OpenDocument): void {
    const published = this.#of(open.uri);
    clearTimeout(published.spansTimer);
    clearTimeout(published.statusTimer);
    published.spansTimer = undefined;
    published.statusTimer = undefined;
    this.#publishSpans(open, published);
    this.#publishStatus(open, published);
  }

  /** What was told of a staged file goes: it speaks for itself now. */
  documentOpened(uri: string): void {
    for (const told of this.#staged.values()) {
      if (told.delete(uri)) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    }
  }

  documentClosed(uri: string): void {
    const published = this.#published.get(uri);
    clearTimeout(published?.spansTimer);
    clearTimeout(published?.statusTimer);
    if (published && published.diagnostics !== '[]') {
      void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    this.#published.delete(uri);
  }

  /** Says what is wrong with a repository's policy, or that nothing is any more. */
  async publishPolicy(state: RepositoryState): Promise<void> {
    const file = path.join(state.repo.root, POLICY_PATH);
    const { policy, policyProblems: problems } = state.knowledge;
    const isTold = problems.length > 0 || policy !== null;
    const text = isTold ? await readFile(file, 'utf8').catch(() => '') : '';
    const isSaid = problems.length > 0 && this.checksSchemas && breaksSchema(text);
    const today = new Date().toISOString().slice(0, 10);
    const notices = policy ? policyNoticePlaces(text, policy, today) : [];
    const diagnostics = [
      ...(isSaid ? [] : policyDiagnostics(text, problems)),
      ...policyDiagnostics(text, notices, DiagnosticSeverity.Information),
    ];
    await this.connection.sendDiagnostics({ uri: pathToFileURL(file).toString(), diagnostics });
  }

  /** Tells of staged files that are not open what the next commit lacks there; open ones speak for themselves. */
  publishStaged(
    state: RepositoryState,
    findings: readonly Finding[],
    isOpen: (uri: string) => boolean,
  ): void {
    const before = this.#staged.get(state) ?? new Map<string, string>();
    const now = new Map<string, string>();
    for (const file of new Set(findings.map((finding) => finding.path))) {
      const uri = pathToFileURL(path.join(state.repo.root, file)).toString();
      if (isOpen(uri)) continue;
      const diagnostics = stagedDiagnostics(findings.filter((finding) => finding.path === file));
      now.set(uri, JSON.stringify(diagnostics));
      if (before.get(uri) !== now.get(uri)) void this.connection.sendDiagnostics({ uri, diagnostics });
    }
    for (const uri of before.keys()) {
      if (!now.has(uri) && !isOpen(uri)) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    this.#staged.set(state, now);
  }

  dispose(): void {
    for (const { spansTimer, statusTimer } of this.#published.values()) {
      clearTimeout(spansTimer);
      clearTimeout(statusTimer);
    }
    this.#published.clear();
  }

  #of(uri: string): Published {
    let published = this.#published.get(uri);
    if (!published) {
      published = { spansRestUntil: 0, shape: '', status: '', diagnostics: '[]' };
      this.#published.set(uri, published);
    }
    return published;
  }

  #publishSpans(open: OpenDocument, published: Published): void {
    const started = performance.now();
    const params = spansParams(open.file ?? open.loose, open.document);
    const shape = shapeOf(params);
    const ended = performance.now();
    published.spansRestUntil = ended + Math.min((ended - started) * SPANS_SHARE, MAX_SPANS_DELAY);
    // Places move with what was typed, in the client's own decorations too: only another sequence of spans is news.
    const isNews = shape !== published.shape || (!open.onlyTyped && shape !== '');
    open.onlyTyped = true;
    published.shape = shape;
    if (!isNews) return;
    void this.connection.sendNotification(SPANS, params);
    const { file } = open;
    if (file && !file.state.isSetUp && !this.#offered.has(file.state)) {
      if (params.spans.some(({ origin }) => origin === 'ai')) {
        this.#offered.add(file.state);
        this.offerSetUp(file.state);
      }
    }
  }

  #publishStatus(open: OpenDocument, published: Published): void {
    const { file, document } = open;
    const text = openText(open);
    const judged = text && judgedFile(text);
    const work = text && judged ? workIn(text, judged) : [];
    const diagnostics = findingDiagnostics(document, judged?.findings ?? []);
    const diagnosticsJson = JSON.stringify(diagnostics);
    if (diagnosticsJson !== published.diagnostics) {
      published.diagnostics = diagnosticsJson;
      void this.connection.sendDiagnostics({ uri: open.uri, version: document.version, diagnostics });
    }
    const host = file ? this.hostOf(file.state) : undefined;
    const status: StatusParams = {
      uri: open.uri,
      tracking: open.tracking,
      aiCharacters: aiCharacters(open),
      characters: document.getText().length,
      findings: work.map(({ finding: { start, end, rule, enforcement, message }, ...one }) => ({
        range: { start: document.positionAt(start), end: document.positionAt(end) },
        rule,
        enforcement,
        message,
        needs: one.needs,
        action: one.action,
        ...(one.request ? { requestedBy: one.request.who } : {}),
      })),
      staged: host?.staged ?? { findings: [], held: false },
      ...(host?.hookMissing ? { hookMissing: true } : {}),
      problems: [
        ...(host?.problems ?? []),
        ...(file?.state.knowledge.policyProblems ?? []).map(
          ({ message }) => `The policy cannot be used: ${message}`,
        ),
      ],
    };
    const json = JSON.stringify(status);
    if (json === published.status) return;
    published.status = json;
    void this.connection.sendNotification(STATUS, status);
  }
}

/** The sequence of spans without their places: what decorations cannot follow by themselves. */
function shapeOf({ spans, deletions = [] }: SpansParams): string {
  // A line break typed in front of a deletion's line may or may not come between.
  const places = deletions.map(({ line, label, review }) => `^${label}/${review}/${line}`);
  return spans
    .map(({ origin, contribution, review, range }) => {
      const lines = range.end.line - range.start.line;
      const columns = lines === 0 ? range.end.character - range.start.character : range.end.character;
      return `${contribution ?? origin}/${review}/${lines}/${columns}`;
    })
    .concat(places)
    .join(' ');
}

function aiCharacters({ file }: OpenDocument): number {
  if (!file) return 0;
  let characters = 0;
  for (const { start, end, label } of file.marks().spans) {
    if (!isUnknownOrigin(label)) characters += end - start;
  }
  return characters;
}
