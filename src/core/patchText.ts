/** Lines in which the patch format of `apply_patch` (Codex, VS Code, opencode, Cline) names a file. */
const NAMES = ['*** Update File: ', '*** Add File: ', '*** Delete File: ', '*** Move to: '];

/** The files that a patch names, each once, in its order: of `apply_patch`, or of a unified diff. */
export function patchedFiles(patch: string): string[] {
  const files = new Set<string>();
  const isUnified = /^@@ /m.test(patch);
  for (const line of patch.split(/\r?\n/)) {
    const name = NAMES.find((one) => line.startsWith(one));
    if (name) files.add(line.slice(name.length).trim());
    const header = isUnified ? /^(?:---|\+\+\+) (?:[ab]\/)?([^\t]+)/.exec(line) : null;
    if (header && header[1] !== '/dev/null') files.add(header[1]!.trim());
  }
  files.delete('');
  return [...files];
}
