import { open, realpath } from 'node:fs/promises';
import type { Finding } from '../core/findings';
import type { JudgedText } from '../core/judge';
import { parseSarif, pathOfUri, type ScannerResult } from '../core/sarifResults';
import { type ScannerRule, scannerFindings } from '../core/scannerFindings';
import { count, printable } from '../core/wording';
import type { Repository } from '../repo/git';
import { errorCode, Problem } from '../repo/problem';

/** Largest log that is read: CodeQL's of a large repository have some tens of megabytes. */
const MAX_BYTES = 128 * 1024 * 1024;
/** Most findings that are made of one check's logs. */
const MAX_FINDINGS = 10_000;

/**
 * Reads SARIF logs of other tools and raises what they found in the AI code of the given files.
 * @throws Problem `read` for a file that is not there, too large, or no SARIF log
 */
export async function readScanners(
  repo: Repository,
  logs: readonly string[],
  files: readonly JudgedText[],
  ruleOf: (path: string) => ScannerRule,
): Promise<{ findings: Finding[]; problems: string[] }> {
  const problems: string[] = [];
  const byPath = new Map<string, ScannerResult[]>();
  const known = new Set(files.map(({ path }) => path));
  const real = await realpath(repo.root).catch(() => repo.root);
  const roots = [...new Set([repo.root, real])].map((root) => root.replace(/\\/g, '/').replace(/\/$/, ''));
  for (const log of logs) {
    const parsed = parseSarif(await readLog(log));
    if (!parsed) {
      throw new Problem('read', `${printable(log)} is no SARIF log: have the scanner write SARIF 2.1.0.`);
    }
    for (const result of parsed.results) {
      const path = pathOfUri(result.uri, roots);
      if (path === null || !known.has(path)) continue;
      const results = byPath.get(path) ?? [];
      results.push(result);
      byPath.set(path, results);
    }
    if (parsed.placeless > 0) {
      problems.push(
        `${printable(log)}: ${count(parsed.placeless, 'result')} without a place in a file passed over.`,
      );
    }
    if (parsed.isCut) problems.push(`${printable(log)} has too many results; only the first were read.`);
  }
  const findings = files.flatMap((file) =>
    scannerFindings(file, byPath.get(file.path) ?? [], ruleOf(file.path)),
  );
  if (findings.length > MAX_FINDINGS) {
    problems.push(
      `The scanners found ${findings.length} places in AI code; only the first ${MAX_FINDINGS} are shown.`,
    );
  }
  return { findings: findings.slice(0, MAX_FINDINGS), problems };
}

async function readLog(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Problem('read', `${printable(path)} is no file.`);
      if (stat.size > MAX_BYTES) {
        throw new Problem('read', `${printable(path)} is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
      }
      return (await file.readFile()).toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('read', `${printable(path)} could not be read (${errorCode(error) ?? String(error)}).`);
  }
}
