/** What an agent's edit means for the marks of a text. Offsets are UTF-16. */
import type { ClaimedEdit } from './agentPayloads';
import { changedParts } from './changedParts';
import { isBlank } from './edits';
import { LiveDocument } from './liveDocument';
import { isEmpty, type Label, type Marks } from './marks';

/** A text and its marks. */
export interface Marked {
  readonly text: string;
  readonly marks: Marks;
}

/**
 * The marks of `after`, which an agent made of `before`: what it really changed carries its label; what stayed, however much
 * the agent rewrote, keeps its own.
 */
export function marksAfterAgent(before: Marked, after: string, label: Label): Marks {
  return marksAfter(before, after, 'ai', label);
}

/** The marks of `after`, which a formatter made of `before`: new text has the label of what it took the place of. */
export function marksAfterTool(before: Marked, after: string): Marks {
  return isEmpty(before.marks) ? before.marks : marksAfter(before, after, 'tool', null);
}

function marksAfter(before: Marked, after: string, origin: 'ai' | 'tool', label: Label | null): Marks {
  const document = new LiveDocument(before.text.length, before.marks);
  const edit = { start: 0, end: before.text.length, removed: before.text, text: after };
  document.apply({ version: 1, edits: [edit], origin, label });
  return document.marks();
}

/** True when two texts differ in whitespace at most: layout, which is nobody's. */
export function isLayoutChange(before: string, after: string): boolean {
  const edit = { start: 0, end: before.length, removed: before, text: after };
  return changedParts(edit).every(({ removed, text }) => isBlank(removed) && isBlank(text));
}

type Replacement = Pick<ClaimedEdit, 'old' | 'new' | 'all'>;

/** The text after an agent's replacements; null when one of them does not fit it, or fits in several places. */
export function withClaimedEdits(text: string, edits: readonly Replacement[]): string | null {
  let result: string | null = text;
  for (const { old, new: put, all } of edits) {
    if (result === null) return null;
    result = old === null ? asIn(text, put) : replaced(result, asIn(text, old), asIn(text, put), all);
  }
  return result;
}

/** The text before an agent's replacements that led to `text`; null when that cannot be told for certain. */
export function withoutClaimedEdits(text: string, edits: readonly Replacement[]): string | null {
  if (edits.length === 0) return null;
  let result: string | null = text;
  for (const { old, new: put } of [...edits].reverse()) {
    if (result === null || old === null) return null;
    // What was removed left no place behind, and text that was there before might be taken for the new one.
    result = put === '' ? null : replaced(result, asIn(text, put), asIn(text, old), false);
  }
  // What leads back must lead here again.
  return result !== null && withClaimedEdits(result, edits) === text ? result : null;
}

function replaced(text: string, old: string, put: string, all: boolean): string | null {
  if (old === '') return text === '' ? put : null;
  const at = text.indexOf(old);
  if (at < 0) return null;
  if (all) return text.split(old).join(put);
  return text.includes(old, at + 1) ? null : text.slice(0, at) + put + text.slice(at + old.length);
}

/** Agents write line feeds, whatever the file has. */
function asIn(text: string, part: string): string {
  return text.includes('\r\n') ? part.replace(/\r?\n/g, '\r\n') : part;
}
