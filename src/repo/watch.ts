import { type FSWatcher, watch } from 'node:fs';

const DELAY = 300;
const FILES = new Set(['index', 'HEAD', 'MERGE_HEAD']);

/**
 * Calls `onChange` a moment after the index or HEAD of a worktree changed. Where the system cannot watch
 * folders nothing is ever called; what it would have brought is then as old as the last other look.
 */
export function watchIndex(gitDir: string, onChange: () => void): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(gitDir, { persistent: false }, (_event, name) => {
      if (name === null || !FILES.has(name)) return;
      clearTimeout(timer);
      timer = setTimeout(onChange, DELAY);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // No watching here.
  }
  return {
    dispose() {
      clearTimeout(timer);
      watcher?.close();
    },
  };
}
