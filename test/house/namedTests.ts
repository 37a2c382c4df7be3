import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** A page of the documentation. */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The rows of the tables in a part of a page, without their heads. */
export function rowsOf(part: string): string[] {
  const lines = part.split('\n');
  return lines.filter((line, i) => {
    const isHead = (lines[i + 1] ?? '').startsWith('| ---');
    return line.startsWith('| ') && !line.startsWith('| ---') && !isHead;
  });
}

/** Every `test/…` “name” of a text. */
export function namedTests(text: string): NamedTest[] {
  return [...text.matchAll(/`(test\/[^`]+)` “([^”]+(?:”[^“”;|]+)?)”/g)].map(([, file, name]) => ({
    file: file!,
    name: name!,
  }));
}

/** Those that are not in the file that is named. */
export function missingTests(named: readonly NamedTest[]): NamedTest[] {
  return named.filter(({ file, name }) => {
    const path = join(ROOT, file);
    return !existsSync(path) || !hasTest(readFileSync(path, 'utf8'), name);
  });
}

/** True when the file has a test of that name, written out or made of a template and a name in the same file. */
function hasTest(source: string, name: string): boolean {
  const literals = new Set(
    [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g)].map(([, single, double]) =>
      (single ?? double ?? '').replace(/\\(.)/g, '$1'),
    ),
  );
  if (literals.has(name)) return true;
  const templates = [...source.matchAll(/it\(`([^`]*)`/g)].map(([, template]) =>
    template!.split(/\$\{[^}]*\}/),
  );
  return templates.some(([before, after, ...more]) => {
    if (before === undefined || after === undefined || more.length > 0) return false;
    if (!name.startsWith(before) || !name.endsWith(after)) return false;
    return literals.has(name.slice(before.length, name.length - after.length));
  });
}
