/** Lines of code that are told apart by one name, and say enough to be found again. */
import { marked } from './marking';

export const line = (name: string): string => `const ${name} = compute('${name}', 12345);\n`;
export const lines = (...names: string[]): string => names.map(line).join('');
/** The same, all of it AI's, as `marked` reads it. */
export const ai = (...names: string[]): string => `«${lines(...names).slice(0, -1)}»\n`;
export const plain = (written: string): string => marked(written).text;

/** One `A` for each line that is AI's, `.` for the others. */
export function origins(written: string): string {
  const { text, marks } = marked(written);
  let at = 0;
  return text
    .split('\n')
    .slice(0, -1)
    .map((content) => {
      const start = at;
      at += content.length + 1;
      return marks.spans.some((span) => span.start <= start && start < span.end) ? 'A' : '.';
    })
    .join('');
}
