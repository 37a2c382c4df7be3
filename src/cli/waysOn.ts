import { byRule } from '../core/commitChoices';
import type { Finding } from '../core/findings';
import { fileArgument, printable } from '../core/wording';

/** More places than this in one command say nothing more. */
const MAX_PLACES = 10;

interface Way {
  readonly what: string;
  readonly command: string;
}

/** What a person at a terminal can do about findings: for each rule the commands, ready to be copied. */
export function waysOn(findings: readonly Finding[]): string {
  const lines: string[] = [];
  for (const [rule, found] of byRule(findings)) {
    const ways = waysOfRule(rule, found);
    if (ways.length === 0) continue;
    const width = Math.max(...ways.map(({ what }) => what.length));
    lines.push(`The rule "${printable(rule)}":`);
    for (const { what, command } of ways) lines.push(`  ${what.padEnd(width)}  ${command}`);
  }
  if (lines.length > 0) lines.push('Then commit again.');
  return lines.map((line) => `${line}\n`).join('');
}

function waysOfRule(rule: string, findings: readonly Finding[]): Way[] {
  const unnoted = findings.filter(({ kind }) => kind === 'note-missing');
  const unread = findings.filter(({ kind, canRequest }) => kind !== 'note-missing' && !canRequest);
  const unsigned = findings.filter(({ kind, canRequest }) => kind !== 'note-missing' && canRequest);
  const ways: Way[] = [];
  if (unnoted.length > 0) {
    ways.push({ what: 'document it:', command: `taggant note ${places(unnoted)} --why "…"` });
  }
  const readable = unread.filter(({ path }) => path !== '');
  if (readable.length > 0) {
    ways.push({ what: 'read it, then:', command: `taggant review ${places(readable)}` });
  }
  if (unsigned.length > 0) {
    ways.push(
      { what: 'sign it off:', command: `taggant signoff ${places(unsigned)}` },
      { what: 'have it signed off later:', command: `taggant request ${places(unsigned)}` },
    );
  }
  const overridable = findings.filter(({ canOverride, path }) => canOverride && path !== '');
  if (overridable.length > 0) {
    const why = `--rule ${quoted(rule)} --why "…"`;
    ways.push({
      what: 'commit against the rule:',
      command: `taggant override ${places(overridable)} ${why}`,
    });
  }
  return ways;
}

function places(findings: readonly Finding[]): string {
  const all = new Set(findings.map(({ path, startLine, endLine }) => fileArgument(path, startLine, endLine)));
  return [...all].slice(0, MAX_PLACES).join(' ') + (all.size > MAX_PLACES ? ' …' : '');
}

function quoted(name: string): string {
  const shown = printable(name);
  return /^[\w.-]+$/.test(shown) ? shown : `"${shown.replace(/["\\$`]/g, '\\$&')}"`;
}
