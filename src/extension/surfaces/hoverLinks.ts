import * as vscode from 'vscode';
import type { WorkAction } from '../../core/workItems';
import type { StatusParams } from '../../protocol';
import { reportsIn } from '../reports';
import { toProtocolRange, toVscodeRange } from './navigation';
import { reportsText } from './reportsText';

/** What can be done from a hover, and about which findings. */
const LINKS: readonly { title: string; command: string; when: readonly WorkAction[] }[] = [
  { title: 'Sign Off…', command: 'taggant.signOff', when: ['sign'] },
  { title: 'Request Sign-off', command: 'taggant.requestSignOff', when: ['request'] },
  { title: 'Mark as Reviewed', command: 'taggant.markReviewed', when: ['review'] },
  { title: 'Add Note…', command: 'taggant.addNote', when: ['note', 'request'] },
];

/** What the server says of a span, and below it what other extensions report in it and what can be done. */
export function withLinks(
  hover: vscode.Hover,
  document: vscode.TextDocument,
  status: StatusParams | undefined,
): vscode.Hover {
  const { range } = hover;
  if (!range) return hover;
  const uri = document.uri.toString();
  const findings = (status?.findings ?? []).filter((finding) =>
    toVscodeRange(finding.range).intersection(range),
  );
  if (findings.length === 0) return hover;
  const reports = reportsIn((one) => one === uri).filter((report) =>
    toVscodeRange(report.range).intersection(range),
  );
  const more = new vscode.MarkdownString();
  more.isTrusted = { enabledCommands: LINKS.map(({ command }) => command) };
  more.supportThemeIcons = true;
  const reported = reportsText(reports);
  if (reported) {
    more.appendMarkdown('$(warning) ');
    more.appendText(reported);
    more.appendMarkdown('\n\n');
  }
  if (!vscode.workspace.isTrusted) return new vscode.Hover([...hover.contents, more], range);
  const link = (title: string, command: string) => {
    // VS Code decodes a command's arguments twice, and the address in them holds percent signs of its own.
    const args = encodeURIComponent(encodeURIComponent(JSON.stringify([uri, toProtocolRange(range)])));
    return `[${title}](command:${command}?${args})`;
  };
  const links = LINKS.filter(({ when }) => findings.some(({ action }) => action && when.includes(action)));
  more.appendMarkdown(links.map(({ title, command }) => link(title, command)).join(' | '));
  return new vscode.Hover([...hover.contents, more], range);
}
