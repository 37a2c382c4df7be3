import { hasLargeText } from '../../core/editShapes';
import type { TextEdit } from '../../core/marks';
import type { EditSource } from '../../protocol';

/**
 * What VS Code's proposed API `textDocumentChangeReason` says of a change: `source` names the kind of edit, and the
 * metadata's keys carry `$` for each step of detail (vscode `src/vs/editor/common/textModelEditSource.ts`).
 */
export interface DetailedReason {
  readonly source: string;
  readonly metadata: { readonly [key: string]: unknown };
}

/** True when this editor's change events carry reasons for us. The property is simply missing where they do not. */
export function hasReasons(event: object): boolean {
  return 'detailedReason' in event;
}

/** The reason of a change event; undefined where the editor does not say. */
export function reasonOf(event: object): DetailedReason | undefined {
  return (event as { detailedReason?: DetailedReason }).detailedReason;
}

/**
 * True when text that was there before may come back otherwise than by the editor's undo: the chat takes its edits back,
 * a checkpoint is restored or left again, one place of a chat's edit is discarded (for which VS Code 1.139 has no name
 * of its own).
 */
export function isRestored({ source, metadata }: DetailedReason): boolean {
  if (source === 'Chat.undoEdits' || source === 'Chat.reset') return true;
  return (
    source === 'unknown' && (metadata.name === 'editSessionUndoRedo' || metadata.name === 'pushEditOperation')
  );
}

/** True when the mouse dragged a copy of what was selected to another place of the same editor. What is moved goes, too. */
export function isDraggedCopy({ metadata }: DetailedReason, edits: readonly TextEdit[]): boolean {
  return (
    metadata.detailedSource === 'editor.contrib.dragAndDrop' && edits.every(({ start, end }) => start === end)
  );
}

/** What the reason says of the edit's origin. Keyboard typing answers `human`, what is not known `pending`. */
export function sourceOfReason(
  { source, metadata }: DetailedReason,
  edits: readonly TextEdit[] = [],
): EditSource {
  switch (source) {
    case 'inlineCompletionAccept':
    case 'inlineCompletionPartialAccept':
      return inlineCompletion(metadata);
    case 'Chat.applyEdits':
    case 'inlineChat.applyEdits':
      return chat(source, metadata);
    case 'cursor':
      return cursor(metadata, edits);
    case 'snippet':
    case 'suggest':
    case 'codeAction':
    case 'rename':
    case 'eolChange':
      return { origin: 'tool' };
    case 'reloadFromDisk':
      return { origin: 'external' };
    case 'unknown':
      return { origin: isTool(text(metadata.name)) ? 'tool' : 'pending' };
    default:
      return { origin: 'pending' };
  }
}

/** Completions of providers without an extension (words in the document, IntelliSense previews) are the editor's own. */
function inlineCompletion(metadata: DetailedReason['metadata']): EditSource {
  const tool = text(metadata.$extensionId);
  if (!tool) return { origin: 'tool' };
  return { origin: 'ai', evidence: 'exact', tool };
}

function chat(source: string, metadata: DetailedReason['metadata']): EditSource {
  const tool =
    text(metadata.$extensionId) ??
    text(metadata.$harness) ??
    (source === 'Chat.applyEdits' ? 'vscode.chat' : 'vscode.inlineChat');
  // Slashes in model names are escaped by the editor.
  const model = text(metadata.$modelId)?.replaceAll('|', '/');
  const session = text(metadata.$$sessionId);
  return {
    origin: 'ai',
    evidence: 'exact',
    tool,
    ...(model ? { model } : {}),
    ...(session ? { session } : {}),
  };
}

/** Commands that lay out, order or replace text; the text itself stays whose it was. */
const TOOL_COMMANDS =
  /^(editor\.action\.(commentLine|addCommentLine|removeCommentLine|blockComment|indentLines|outdentLines|reindentlines|reindentselectedlines|joinLines|transform|transpose|sortLines|removeDuplicateLines|trimTrailingWhitespace|indentationTo)|formatEditsCommand$|outdent$|replaceAll$|replaceOne$)/;

function isTool(command: string | undefined): boolean {
  return command !== undefined && TOOL_COMMANDS.test(command);
}

function cursor(metadata: DetailedReason['metadata'], edits: readonly TextEdit[]): EditSource {
  if (metadata.kind === 'paste' || isDraggedCopy({ source: 'cursor', metadata }, edits))
    return { origin: 'paste' };
  const command = text(metadata.detailedSource);
  // Extensions can call the command that types: no key types that much.
  if (metadata.kind === 'type' && hasLargeText(edits)) return { origin: 'pending' };
  if (isTool(command)) return { origin: 'tool' };
  return { origin: 'human' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
