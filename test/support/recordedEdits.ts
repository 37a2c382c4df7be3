import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Edits that a coding agent really made to one file, in their order. */
export interface RecordedFile {
  readonly file: string;
  readonly edits: readonly RecordedEdit[];
}

export interface RecordedEdit {
  readonly tool: 'Edit' | 'Write';
  readonly old?: string;
  readonly new?: string;
  readonly replaceAll?: boolean;
  readonly content?: string;
  /** The whole text before: at the first edit, and where something else changed the file since the one before. */
  readonly before?: string;
}

const FILE = fileURLToPath(new URL('../../../shared/data/agent-edits.jsonl.gz', import.meta.url));

/** Null, and a line that says so, where the data is not there. */
export function recordedEdits(): RecordedFile[] | null {
  if (!existsSync(FILE)) {
    console.log(
      "Not run: replays of an agent's recorded edits (../shared/data/agent-edits.jsonl.gz is not there).",
    );
    return null;
  }
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as RecordedFile);
}

/** The text that an edit makes of another one. */
export function textAfter(text: string, edit: RecordedEdit): string {
  if (edit.tool === 'Write') return edit.content!;
  const { old = '', new: put = '' } = edit;
  if (edit.replaceAll) return text.split(old).join(put);
  const at = text.indexOf(old);
  if (at < 0) throw new Error('the recorded edit does not fit its text');
  return text.slice(0, at) + put + text.slice(at + old.length);
}

/** The edit as Claude Code's hooks tell it. */
export function payloadOf(
  edit: RecordedEdit,
  file: string,
  root: string,
  use: string,
  event: string,
): object {
  const tool_input =
    edit.tool === 'Write'
      ? { file_path: file, content: edit.content }
      : {
          file_path: file,
          old_string: edit.old,
          new_string: edit.new,
          ...(edit.replaceAll ? { replace_all: true } : {}),
        };
  return {
    session_id: 'replay',
    transcript_path: '/home/ada/.claude/projects/x/replay.jsonl',
    cwd: root,
    hook_event_name: event,
    tool_name: edit.tool,
    tool_input,
    tool_use_id: use,
  };
}
