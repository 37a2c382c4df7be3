import { parse } from 'jsonc-parser';

/** A key that accepts inline suggestions without telling us. */
export interface UnseenKey {
  readonly key: string;
  /** The editor's command that it runs. */
  readonly command: string;
  readonly when?: string;
}

/** What a person's own key bindings do to the sensor that our key bindings are. */
export interface OwnKeys {
  readonly unseen: readonly UnseenKey[];
  /** Keys on which our binding was taken away. */
  readonly removed: readonly string[];
}

export const NO_OWN_KEYS: OwnKeys = { unseen: [], removed: [] };

/** The editor's commands that accept something, and what our note calls them. */
const ACCEPTING: ReadonlyMap<string, string> = new Map([
  ['editor.action.inlineSuggest.commit', 'completion'],
  ['editor.action.inlineSuggest.commitAlternativeAction', 'completion'],
  ['editor.action.inlineSuggest.acceptNextWord', 'word'],
  ['editor.action.inlineSuggest.acceptNextLine', 'line'],
]);

/** Keys that our own bindings use, and so may be taken away from them. */
const OUR_KEYS = /^(tab|(ctrl|cmd)\+right|(ctrl|cmd)\+alt\+right)$/;
const MOST_CHARACTERS = 1_000_000;
const MOST_KEYS = 20;

/** Reads a person's `keybindings.json` (comments allowed). Null for what is none. */
export function readOwnKeys(text: string): OwnKeys | null {
  if (text.length > MOST_CHARACTERS) return null;
  const bindings: unknown = text.trim() === '' ? [] : parse(text, [], { allowTrailingComma: true });
  if (!Array.isArray(bindings)) return null;
  const unseen: UnseenKey[] = [];
  const removed: string[] = [];
  for (const binding of bindings) {
    if (typeof binding !== 'object' || binding === null) continue;
    const { key, command, when } = binding as Record<string, unknown>;
    if (typeof key !== 'string' || typeof command !== 'string') continue;
    if (ACCEPTING.has(command)) unseen.push({ key, command, ...(typeof when === 'string' ? { when } : {}) });
    if (command === '-runCommands' && OUR_KEYS.test(key)) removed.push(key);
  }
  return { unseen: unseen.slice(0, MOST_KEYS), removed: removed.slice(0, MOST_KEYS) };
}

/** The key binding that does the same and tells us, as JSON for `keybindings.json`. */
export function seenKey({ key, command, when }: UnseenKey): string {
  const note = { command: 'taggant.noteAcceptance', args: [ACCEPTING.get(command) ?? 'completion'] };
  const binding = { key, command: 'runCommands', args: { commands: [command, note] } };
  return JSON.stringify(when === undefined ? binding : { ...binding, when }, null, 2);
}
