/** Looks into JSON that may be of any shape. */
export type Json = Readonly<Record<string, unknown>>;

/** The object that a value is, or that a string holds as JSON; null for anything else. */
export function jsonObject(value: unknown): Json | null {
  if (typeof value === 'string' && value.startsWith('{')) {
    try {
      return jsonObject(JSON.parse(value));
    } catch {
      return null;
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** The first of these fields that is there; undefined when none is. */
export function field(from: Json, ...names: string[]): unknown {
  const name = names.find((one) => Object.hasOwn(from, one) && from[one] !== null && from[one] !== undefined);
  return name === undefined ? undefined : from[name];
}

/** The first of these fields that holds text, the empty text too; null when none does. */
export function text(from: Json, ...names: string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (typeof value === 'string') return value;
  }
  return null;
}

/** The elements of an array; none for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Parses a payload; undefined when it is no JSON. Line feeds and tabs that stand unescaped inside its strings, as Windsurf
 * sends them, are taken.
 */
export function parseLooseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    try {
      return JSON.parse(json.replace(/"(?:[^"\\]|\\.)*"/gs, escapeControls));
    } catch {
      return undefined;
    }
  }
}

function escapeControls(string: string): string {
  return string.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}
