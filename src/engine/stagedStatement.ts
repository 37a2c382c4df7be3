import type { ImpliedStatement } from '../core/commitChoices';
import { sidecarPath } from '../core/layout';
import { type Marks, NO_MARKS } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import type { Statement } from '../core/statements';
import type { Repository } from '../repo/git';
import { textOrNull } from '../repo/text';
import { indexTree, type Tree } from '../repo/tree';
import { type ReviewedText, writeStatement } from './review';

/**
 * Writes a statement about staged text, as the findings of a prepared commit name it, into the working tree; preparing the
 * commit once more puts it into the index. Null when nothing marked is there any more: nothing is written then.
 */
export async function writeStagedStatement(
  repo: Repository,
  implied: ImpliedStatement,
  by: { readonly who: string; readonly time: Date },
): Promise<Statement | null> {
  const { kind, findings, rule, why } = implied;
  const tree = indexTree(repo);
  try {
    const selections: ReviewedText[] = [];
    for (const path of new Set(findings.map((finding) => finding.path))) {
      const text = textOrNull(await tree.read(path));
      if (text === null) continue;
      const ranges = findings.filter((finding) => finding.path === path);
      selections.push({ path, text, marks: await stagedMarks(tree, path, text), ranges });
    }
    const saying = { ...by, ...(rule === undefined ? {} : { rule }), ...(why === undefined ? {} : { why }) };
    return await writeStatement(repo, kind, selections, saying);
  } finally {
    tree.dispose();
  }
}

/** After `prepareStaged` the staged sidecar describes the staged text. */
async function stagedMarks(tree: Tree, path: string, text: string): Promise<Marks> {
  const sidecar = textOrNull(await tree.read(sidecarPath(path)));
  return (sidecar === null ? null : readSidecar(parseSidecar(sidecar), text)) ?? NO_MARKS;
}
