import { git, type Repository } from './git';

/** The objects of a file's sides in a conflict, and of what both come from; null where that has no such file. */
export interface Conflict {
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

/** Finds the conflict that git has in a file, or had when it was resolved. */
export type Conflicts = (path: string) => Promise<Conflict | null>;

/**
 * The conflicts that the index keeps, also when they are resolved: they stay there until git reads another state into it. Git is
 * asked once, and only when a file is asked for.
 */
export function conflictsIn(repo: Repository): Conflicts {
  let asked: Promise<ReadonlyMap<string, Conflict>> | null = null;
  return async (path) => {
    asked ??= readConflicts(repo);
    return (await asked).get(path) ?? null;
  };
}

const SIDES = { 1: 'base', 2: 'ours', 3: 'theirs' } as const;

async function readConflicts(repo: Repository): Promise<ReadonlyMap<string, Conflict>> {
  const output = await git(repo, ['ls-files', '-u', '--resolve-undo', '-z'], { allowExit: [128] });
  const found = new Map<string, Conflict>();
  for (const entry of output.toString('utf8').split('\0')) {
    const [, id, stage, path] = /^\d+ ([0-9a-f]+) ([123])\t(.+)$/s.exec(entry) ?? [];
    if (id === undefined || path === undefined) continue;
    const conflict = found.get(path) ?? { base: null, ours: null, theirs: null };
    conflict[SIDES[Number(stage) as keyof typeof SIDES]] = id;
    found.set(path, conflict);
  }
  return found;
}
