import { git, type Repository } from './git';

/** The objects of a file's sides in a conflict, and of what both come from; null where that has no such file. */
export interface Conflict {
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

/** Answers the conflicts that git has in files, or had when they were resolved, by these files' paths. */
export type Conflicts = () => Promise<ReadonlyMap<string, Conflict>>;

/**
 * The conflicts that the index keeps, also when they are resolved: they stay there until git reads another state into it. Git is
 * asked once, and only when they are asked for.
 */
export function conflictsIn(repo: Repository): Conflicts {
  let asked: Promise<ReadonlyMap<string, Conflict>> | null = null;
  return () => {
    asked ??= readConflicts(repo);
    return asked;
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
