import type { Snapshot } from '../core/liveDocument';
import { textDigest } from './text';

/** A text that a document had, and what it belonged to. The text itself is not kept. */
export interface KnownText {
  /** UTF-16 units. */
  readonly length: number;
  readonly digest: string;
  readonly snapshot: Snapshot;
}

/** What the file says. */
export interface KnownFile extends KnownText {
  /** The newest version of the document when that was so. */
  readonly version: number;
}

export function knownText(text: string, snapshot: Snapshot): KnownText {
  return { length: text.length, digest: textDigest(text), snapshot };
}

/** True when the text is that one. */
export function isText(known: Pick<KnownText, 'length' | 'digest'>, text: string): boolean {
  return known.length === text.length && known.digest === textDigest(text);
}
