import { randomUUID } from 'node:crypto';
import { statementPath } from '../core/layout';
import type { Marks } from '../core/marks';
import { reviewedFile } from '../core/review';
import { type Statement, type StatementKind, signedJson, statementJson } from '../core/statements';
import { writeInside } from '../repo/files';
import type { Repository } from '../repo/git';
import type { SigningKey } from '../repo/sshKeys';
import { signPayload } from '../repo/sshSignature';

/** Text that somebody has read: the spans of a file that touch the ranges, all of them without ranges. */
export interface ReviewedText {
  readonly path: string;
  readonly text: string;
  readonly marks: Marks;
  /** UTF-16 offsets, end exclusive. */
  readonly ranges?: readonly { readonly start: number; readonly end: number }[];
  /** The digest of the whole file, for one that is read as it is and carries no marks (see `guardrailFile`). */
  readonly digest?: string;
}

/** Who says it, when, and why. */
export interface Reviewer {
  /** Git identity, `Name <email>`. */
  readonly who: string;
  readonly time: Date;
  readonly why?: string;
  /** The rule it is said for, and the role in which. */
  readonly rule?: string;
  readonly role?: string;
  /** Signs the statement: a signed review is a sign-off. */
  readonly key?: SigningKey;
  /** Whether a passphrase can be asked for at the terminal of this process. */
  readonly terminal?: boolean;
}

/**
 * Writes a `review` statement about marked text into the working tree; it enters git with the next commit of that text.
 * Null when the selections touch no marked text: nothing is written then.
 */
export function markReviewed(
  repo: Repository,
  selections: readonly ReviewedText[],
  reviewer: Reviewer,
): Promise<Statement | null> {
  return writeStatement(repo, 'review', selections, reviewer);
}

/**
 * Writes a statement of some kind about marked text, like `markReviewed`; signed when there is a key.
 * @throws Problem `ssh` when it could not be signed; nothing is written then
 */
export async function writeStatement(
  repo: Repository,
  kind: StatementKind,
  selections: readonly ReviewedText[],
  reviewer: Reviewer,
): Promise<Statement | null> {
  const statement = await makeStatement(kind, selections, reviewer);
  if (statement) await keepStatement(repo, statement);
  return statement;
}

/** Makes a statement, as `writeStatement` does, and writes nothing yet. */
export async function makeStatement(
  kind: StatementKind,
  selections: readonly ReviewedText[],
  { who, time, why, rule, role, key, terminal = false }: Reviewer,
): Promise<Statement | null> {
  const files = selections
    .map(({ path, text, marks, ranges, digest }) => ({
      ...reviewedFile(path, text, marks, ranges),
      ...(digest === undefined ? {} : { digest }),
    }))
    .filter((file) => file.blocks.length > 0 || file.digest !== undefined);
  if (files.length === 0) return null;
  const statement: Statement = {
    uuid: randomUUID(),
    version: 1,
    kind,
    files,
    who,
    time: `${time.toISOString().slice(0, 19)}Z`,
    ...(rule ? { rule } : {}),
    ...(role ? { role } : {}),
    ...(why ? { why } : {}),
  };
  if (!key) return statement;
  return { ...statement, signature: await signPayload(key, signedJson(statement), { terminal }) };
}

/** Writes a statement into the working tree. */
export async function keepStatement(repo: Repository, statement: Statement): Promise<void> {
  await writeInside(repo.root, statementPath(statement.uuid), `${statementJson(statement)}\n`);
}
