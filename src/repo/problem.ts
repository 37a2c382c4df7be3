/** What kind of trouble a `Problem` speaks of, for code that has to react to it. */
export type ProblemKind =
  | 'no-git'
  | 'old-git'
  | 'not-a-repository'
  | 'bare'
  | 'unsafe-repository'
  | 'git'
  | 'locked'
  | 'path'
  | 'too-large'
  | 'read'
  | 'write'
  | 'newer-version'
  | 'policy'
  | 'ssh'
  | 'usage'
  | 'agent';

/**
 * Something that went wrong and that a person can do something about. The message is one clear sentence
 * (or a sentence and what to do), ready to be shown as it is.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly kind: ProblemKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The code of a system error (`ENOENT`, …), or null. */
export function errorCode(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
