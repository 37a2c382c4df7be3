import { marksThatFollow } from '../core/agreedMarks';
import { addedText, arrivedSpans, asSource, type ChangedText, type TextSource } from '../core/declaredLines';
import { isOwnFile, sidecarPath } from '../core/layout';
import type { Label, Span } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { inside, together } from '../core/spanSets';
import type { LoggedCommit } from '../repo/commitLog';
import type { Repository } from '../repo/git';
import { changesBetween, type FileChange } from '../repo/history';
import { ObjectReader } from '../repo/objects';
import { textOrNull } from '../repo/text';
import { commitEntries, FILE_LIMIT } from '../repo/tree';

/** A file at a commit, where something of it was declared. The text is git's. */
export interface DeclaredFile {
  readonly object: string;
  readonly spans: readonly Span[];
}

type Files = Map<string, DeclaredFile>;

/** Commits whose changes are asked for at once. */
const GROUP = 200;
/** Most files of one commit that text is looked for in that moved to another of them. */
const MAX_SOURCES = 20;
/** Most characters of texts that are kept for the next commit, which often changes the same file. */
const KEPT_CHARACTERS = 32 * 1024 * 1024;

/**
 * Goes through commits, parents first, and follows what the declared ones added to the last of them.
 * @param labels of commits that are declared, what their lines are to be labelled with
 * @param head the commit whose files are the answer; it is one of `commits`, or the answer is empty
 * @param progress is told how many of how many commits have been gone through
 */
export async function followDeclared(
  repo: Repository,
  commits: readonly LoggedCommit[],
  labels: ReadonlyMap<string, Label>,
  head: string,
  progress: (done: number, all: number) => void,
): Promise<ReadonlyMap<string, DeclaredFile>> {
  const objects = new ObjectReader(repo, FILE_LIMIT);
  try {
    const walk = new Walk(repo, objects, labels, head);
    return await walk.run(commits, progress);
  } finally {
    objects.dispose();
  }
}

class Walk {
  private readonly files = new Map<string, Files>();
  /** How many commits still ask for the files of a commit. */
  private readonly left = new Map<string, number>();
  private texts = new Map<string, string | null>();
  private kept = 0;

  constructor(
    private readonly repo: Repository,
    private readonly objects: ObjectReader,
    private readonly labels: ReadonlyMap<string, Label>,
    private readonly head: string,
  ) {}

  async run(
    commits: readonly LoggedCommit[],
    progress: (done: number, all: number) => void,
  ): Promise<ReadonlyMap<string, DeclaredFile>> {
    const concerned = this.concernedBy(commits);
    for (let i = 0; i < concerned.length; i += GROUP) {
      const group = concerned.slice(i, i + GROUP);
      const pairs = group.flatMap(({ commit, parents }) =>
        parents.map((parent) => [parent, commit] as const),
      );
      const changes = await changesBetween(this.repo, pairs);
      let next = 0;
      for (const [k, one] of group.entries()) {
        progress(i + k, concerned.length);
        await this.step(
          one,
          one.parents.map(() => changes[next++]!),
        );
      }
    }
    progress(concerned.length, concerned.length);
    return this.files.get(this.head) ?? new Map();
  }

  /** The declared commits and all that came after them. */
  private concernedBy(commits: readonly LoggedCommit[]): LoggedCommit[] {
    const ids = new Set<string>();
    const concerned = commits.filter(({ commit, parents }) => {
      const isConcerned = this.labels.has(commit) || parents.some((parent) => ids.has(parent));
      if (isConcerned) ids.add(commit);
      return isConcerned;
    });
    for (const parent of concerned.flatMap(({ parents }) => parents)) {
      if (ids.has(parent)) this.left.set(parent, (this.left.get(parent) ?? 0) + 1);
    }
    this.left.set(this.head, (this.left.get(this.head) ?? 0) + 1);
    return concerned;
  }

  private async step({ commit, parents }: LoggedCommit, changes: readonly FileChange[][]): Promise<void> {
    const before = parents.map((parent) => this.files.get(parent) ?? new Map<string, DeclaredFile>());
    const label = this.labels.get(commit);
    const made =
      parents.length > 1
        ? await this.merged(before, changes)
        : await this.followed(commit, before[0] ?? new Map(), changes[0] ?? (await this.all(commit)), label);
    const isLastUse = parents[0] !== undefined && this.left.get(parents[0]) === 1;
    const files: Files = isLastUse && before[0] ? before[0] : new Map(before[0] ?? []);
    for (const [path, file] of made) {
      if (file && file.spans.length > 0) files.set(path, file);
      else files.delete(path);
    }
    for (const parent of parents) {
      const rest = (this.left.get(parent) ?? 0) - 1;
      this.left.set(parent, rest);
      if (rest <= 0) this.files.delete(parent);
    }
    if (files.size > 0) this.files.set(commit, files);
  }

  /** The files of a first commit. */
  private async all(commit: string): Promise<FileChange[]> {
    const entries = await commitEntries(this.repo, commit, '');
    return entries
      .filter(({ mode }) => mode.startsWith('100'))
      .map(({ path, id }) => ({ status: 'added', path, previousPath: path, before: null, after: id }));
  }

  /** What a commit makes of the files that it changes; null for those without marks. */
  private async followed(
    commit: string,
    before: Files,
    changes: readonly FileChange[],
    label: Label | undefined,
  ): Promise<Map<string, DeclaredFile | null>> {
    const made = new Map<string, DeclaredFile | null>();
    const own = changes.filter(({ path, previousPath }) => !isOwnFile(path) && !isOwnFile(previousPath));
    for (const { path, previousPath, status } of own) {
      if (status === 'deleted' || status === 'renamed') made.set(previousPath, null);
      made.set(path, null);
    }
    const sources = await this.sourcesOf(own, before, label !== undefined);
    for (const change of own) {
      const { path, after } = change;
      const mayGain = label !== undefined || sources.some(({ spans }) => spans.length > 0);
      if (after === null || !(before.has(change.previousPath) || mayGain)) continue;
      const text = await this.changedText(change, before);
      if (!text || text.after === null) continue;
      const others = sources.filter((one) => one.path !== change.previousPath);
      const stayed = marksThatFollow([asMarked(text)], text.after).spans;
      const spans = together(stayed, arrivedSpans(text, others));
      const added = label === undefined ? [] : together(spans, addedText(text, label, others));
      const isTold = added.length > 0 && (await this.isRecorded(commit, path, text.after, added, label!));
      made.set(path, { object: after, spans: label === undefined || isTold ? spans : added });
    }
    return made;
  }

  /** The files of a commit that lost text, which may have gone to another one. */
  private async sourcesOf(
    changes: readonly FileChange[],
    before: Files,
    isDeclared: boolean,
  ): Promise<(TextSource & { readonly path: string })[]> {
    const sources: (TextSource & { readonly path: string })[] = [];
    if (changes.filter(({ after }) => after !== null).length === 0 || changes.length < 2) return sources;
    for (const change of changes) {
      if (sources.length === MAX_SOURCES) break;
      if (change.before === null || !(isDeclared || before.has(change.previousPath))) continue;
      const text = await this.changedText(change, before);
      const source = text && asSource(text);
      if (source) sources.push({ path: change.previousPath, ...source });
    }
    return sources;
  }

  /** Null where it cannot be told what the commit changed: no text, or git does not have it. */
  private async changedText(change: FileChange, files: Files): Promise<ChangedText | null> {
    const [before, after] = [await this.text(change.before), await this.text(change.after)];
    if ((change.before !== null && before === null) || (change.after !== null && after === null)) return null;
    return { before, after, spans: files.get(change.previousPath)?.spans ?? [] };
  }

  /** True when the commit's own sidecar marks something of what it added: it tells more exactly than a trailer. */
  private async isRecorded(
    commit: string,
    path: string,
    text: string,
    spans: readonly Span[],
    label: Label,
  ): Promise<boolean> {
    const object = await this.objects.read(`${commit}:${sidecarPath(path)}`);
    const sidecar = textOrNull(object?.type === 'blob' ? object.content : null);
    const marks = sidecar === null ? null : readSidecar(parseSidecar(sidecar), text);
    const added = spans.filter((span) => span.label === label);
    return marks !== null && inside(added, marks.spans).length > 0;
  }

  /** A merge adds nothing: a file that it has from one parent is as it is there, another follows from all of them. */
  private async merged(
    before: readonly Files[],
    changes: readonly FileChange[][],
  ): Promise<Map<string, DeclaredFile | null>> {
    const made = new Map<string, DeclaredFile | null>();
    const byPath = changes.map((some) => new Map(some.map((change) => [change.path, change])));
    for (const { previousPath } of changes[0]!) made.set(previousPath, null);
    for (const { path } of changes[0]!) {
      if (isOwnFile(path)) continue;
      made.set(path, null);
      const from = byPath.map((some) => some.get(path));
      const same = from.indexOf(undefined);
      if (same >= 0) {
        made.set(path, before[same]!.get(path) ?? null);
        continue;
      }
      const isMarked = from.some((change, i) => before[i]!.has(change!.previousPath));
      const after = from[0]!.after;
      if (!isMarked || after === null) continue;
      const texts = await Promise.all(from.map((change, i) => this.changedText(change!, before[i]!)));
      const text = await this.text(after);
      if (text === null || texts.includes(null)) continue;
      const parents = texts.flatMap((one) => (one && one.before !== null ? asMarked(one) : []));
      made.set(path, { object: after, spans: marksThatFollow(parents, text).spans });
    }
    return made;
  }

  private async text(object: string | null): Promise<string | null> {
    if (object === null) return null;
    const known = this.texts.get(object);
    if (known !== undefined) return known;
    const read = await this.objects.read(object);
    const text = textOrNull(read?.type === 'blob' ? read.content : null);
    this.kept += text?.length ?? 0;
    if (this.kept > KEPT_CHARACTERS) {
      this.texts = new Map();
      this.kept = text?.length ?? 0;
    }
    this.texts.set(object, text);
    return text;
  }
}

function asMarked({ before, spans }: ChangedText) {
  return { text: before ?? '', marks: { spans, deletions: [] } };
}
