import type { SignOffPlace } from '../../protocol';
import { nameOf } from './worklistTree';

const SHOWN = 12;

/** The question before text is signed off. */
export function signOffQuestion(places: readonly SignOffPlace[]): string {
  const lines = places.reduce((sum, place) => sum + place.lines, 0);
  const files = new Set(places.map(({ uri }) => uri)).size;
  return `Sign off ${lines === 1 ? '1 line' : `${lines} lines`} of AI code in ${files === 1 ? '1 file' : `${files} files`}?`;
}

/** What will be signed: places, whose code it is, and the rules; then what is not signed, and why. */
export function signOffDetail(places: readonly SignOffPlace[], refusals: readonly string[]): string {
  const lines: string[] = [];
  let path: string | undefined;
  for (const place of places.slice(0, SHOWN)) {
    if (place.path !== path) {
      path = place.path;
      lines.push(path);
    }
    const [first, last] = [place.range.start.line + 1, place.range.end.line + 1];
    const range = last > first ? `lines ${first}–${last}` : `line ${first}`;
    const authors = place.authors.length > 0 ? `, by ${place.authors.map(nameOf).join(', ')}` : '';
    const rules = place.rules.length > 0 ? ` (${place.rules.join('; ')})` : '';
    lines.push(`    ${range}${authors}${rules}`);
  }
  if (places.length > SHOWN) lines.push(`and ${places.length - SHOWN} more places`);
  lines.push('', 'Your SSH key signs exactly this text: whoever changes it needs another sign-off.');
  if (refusals.length > 0) lines.push('', 'Not signed:', ...refusals.map((refusal) => `    ${refusal}`));
  return lines.join('\n');
}
