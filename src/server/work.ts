import { parseAllowedSigners } from '../core/allowedSigners';
import type { JudgedFile } from '../core/judge';
import { emailOf } from '../core/people';
import { activeRulesFor } from '../core/policy';
import { namesByAddress } from '../core/signerNames';
import { type Work, type WorkContext, workOf } from '../core/workItems';
import { MarkedTexts } from '../engine/markedTexts';
import type { RepositoryState } from '../engine/repositoryState';
import type { RepositoryWork, WorkItem } from '../protocol';
import type { Documents } from './documents';
import { type FileText, judgedFile, openText, textOnDisk } from './fileText';

/** A file and what its findings ask of the person at this machine. */
export interface FileWork {
  readonly file: FileText;
  readonly work: readonly Work[];
}

/** Finds what waits in the open repositories; files that have not changed on disk are not read twice. */
export class WorkFinder {
  readonly #texts = new Map<RepositoryState, MarkedTexts>();

  constructor(private readonly documents: Documents) {}

  /** What one file asks of this person. */
  ofFile(file: FileText): Work[] {
    return workIn(file, judgedFile(file));
  }

  /** All files of a repository that ask something: open ones as the editor has them, the others as on disk. */
  async ofRepository(state: RepositoryState): Promise<FileWork[]> {
    const context = contextOf(state);
    if (!context || state.restricted) return [];
    const { policy, day } = context;
    const isCritical = (path: string) => activeRulesFor(policy, path, day).length > 0;
    const open = new Map<string, FileText>();
    for (const document of this.documents.all()) {
      const file = openText(document);
      if (file?.state === state && isCritical(file.path)) open.set(file.path, file);
    }
    const texts = this.#texts.get(state) ?? new MarkedTexts(state.repo);
    this.#texts.set(state, texts);
    const onDisk = await texts.read((path) => isCritical(path) && !open.has(path));
    const files = [...open.values(), ...onDisk.map((text) => textOnDisk(state, text))];
    return files
      .map((file) => ({ file, work: workOf(file.path, judgedFile(file), context) }))
      .filter(({ work }) => work.length > 0)
      .sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  }
}

/** What a file that has been judged asks of the person at this machine. */
export function workIn({ state, path }: FileText, judged: Pick<JudgedFile, 'spans' | 'findings'>): Work[] {
  const context = judged.findings.length > 0 ? contextOf(state) : null;
  return context ? workOf(path, judged, context) : [];
}

/** Null where no policy can be used. */
function contextOf(state: RepositoryState): WorkContext | null {
  const { policy, allowedSigners, codeowners } = state.guardrails;
  if (!policy) return null;
  const { signers } = parseAllowedSigners(allowedSigners ?? '');
  return {
    policy,
    codeowners,
    day: new Date().toISOString().slice(0, 10),
    contributionOf: (label) => state.contribution(label),
    person: { identity: state.author, principals: namesByAddress(signers)(emailOf(state.author)) },
  };
}

/** A repository's work as the client shows it. */
export function repositoryWork(rootUri: string, files: readonly FileWork[]): RepositoryWork {
  return { rootUri, items: files.flatMap(({ file, work }) => work.map((one) => workItem(file, one))) };
}

function workItem({ uri, path, document }: FileText, work: Work): WorkItem {
  const { finding, waitsFor, action, needs, request, note } = work;
  return {
    uri,
    path,
    range: { start: document.positionAt(finding.start), end: document.positionAt(finding.end) },
    rule: finding.rule,
    enforcement: finding.enforcement,
    ...{ waitsFor, action, needs },
    message: finding.message,
    ...(request ? { requestedBy: request.who } : {}),
    ...(note?.why ? { note: note.why } : {}),
  };
}
