/** A history of the shape that real ones have: branches, merges, renames, edits of many sizes; for when none is given. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitAt } from './pastTexts';
import { random, randomEdit, TruthText } from './truth';

const VERBS = ['load', 'parse', 'merge', 'write', 'check', 'render', 'split', 'count', 'find', 'close'];
const NOUNS = ['Order', 'Basket', 'Rate', 'Invoice', 'Line', 'Customer', 'Price', 'Stock', 'Report', 'Token'];

/** Makes a bare-like repository in `folder` and answers its path. The same seed gives the same history. */
export function madeUpHistory(folder: string, options: { commits: number; seed: number }): string {
  const root = join(folder, 'made-up');
  mkdirSync(root);
  gitAt(root, ['init', '-q', '-b', 'main']);
  const rand = random(options.seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(rand() * items.length)]!;
  const codeLine = () => {
    const name = `${pick(VERBS)}${pick(NOUNS)}${Math.floor(rand() * 300)}`;
    return pick([
      '',
      '}',
      '  }',
      '    return null;',
      `  const ${name} = ${pick(VERBS)}(${pick(NOUNS)}, ${Math.floor(rand() * 99)});`,
      `  if (${name}) {`,
      `    ${name}(${pick(NOUNS)}, ${pick(NOUNS)});`,
      `  // ${name} comes before ${pick(NOUNS)}`,
    ]);
  };
  const out: string[] = [];
  const data = (text: string) => out.push(`data ${Buffer.byteLength(text)}\n${text}\n`);
  const text = (lines: number) => Array.from({ length: lines }, () => `${codeLine()}\n`).join('');
  let files = new Map(Array.from({ length: 12 }, (_, i) => [`src/file${i}.ts`, text(120)]));
  const lastRef = 'refs/heads/main';
  let [mark, main] = [0, 0];
  const commit = (
    parents: readonly number[],
    before: ReadonlyMap<string, string> | null,
    after: ReadonlyMap<string, string>,
  ) => {
    mark++;
    out.push(
      `commit ${lastRef}\nmark :${mark}\ncommitter A <a@example.com> ${1_700_000_000 + mark * 60} +0000\n`,
    );
    data(`commit ${mark}`);
    const [first, ...more] = parents;
    if (first !== undefined) out.push(`from :${first}\n`);
    for (const parent of more) out.push(`merge :${parent}\n`);
    for (const path of before?.keys() ?? []) if (!after.has(path)) out.push(`D ${path}\n`);
    for (const [path, content] of after) {
      if (before?.get(path) === content) continue;
      out.push(`M 100644 inline ${path}\n`);
      data(content);
    }
    return mark;
  };
  /** Edits in one half of some files, so that two sides rarely meet. */
  const edited = (state: ReadonlyMap<string, string>, half: number): Map<string, string> => {
    const next = new Map(state);
    for (let k = 1 + Math.floor(rand() * 3); k > 0; k--) {
      const path = pick([...next.keys()]);
      const lines = next.get(path)!.split(/(?<=\n)/);
      const middle = Math.floor(lines.length / 2);
      const [above, below] = [lines.slice(0, middle).join(''), lines.slice(middle).join('')];
      const part = new TruthText(half === 0 ? above : below);
      for (let n = 1 + Math.floor(rand() * 3); n > 0 && part.text.split('\n').length > 8; n--)
        randomEdit(part, rand, codeLine);
      next.set(path, half === 0 ? part.text + below : above + part.text);
    }
    return next;
  };
  main = commit([], null, files);
  while (mark < options.commits) {
    const base = files;
    const fork = main;
    if (rand() < 0.08) {
      const path = pick([...base.keys()]);
      files = new Map(base);
      files.set(`src/moved${mark}.ts`, base.get(path)!);
      files.delete(path);
      main = commit([main], base, files);
      continue;
    }
    const ours = edited(base, 0);
    main = commit([fork], base, ours);
    files = ours;
    if (rand() < 0.4) {
      const theirs = edited(base, 1);
      const side = commit([fork], base, theirs);
      const joined = new Map(ours);
      for (const [path, content] of theirs) {
        if (content === base.get(path)) continue;
        const middle = Math.floor(base.get(path)!.split(/(?<=\n)/).length / 2);
        const lower = content
          .split(/(?<=\n)/)
          .slice(middle)
          .join('');
        const kept = base
          .get(path)!
          .split(/(?<=\n)/)
          .slice(middle)
          .join('');
        joined.set(path, ours.get(path)!.slice(0, ours.get(path)!.length - kept.length) + lower);
      }
      main = commit([main, side], ours, joined);
      files = joined;
    }
  }
  // Commits are made for one branch name; what it names last has to be the tip.
  out.push(`reset ${lastRef}\nfrom :${main}\n`);
  gitAt(root, ['fast-import', '--quiet', '--force', '--date-format=raw'], out.join(''));
  return root;
}
