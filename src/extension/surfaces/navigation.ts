import * as vscode from 'vscode';
import type { Range, SpanInfo } from '../../protocol';

export function toVscodeRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function toProtocolRange({ start, end }: vscode.Range): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

/** Opens a file at a place: the caret goes to its start. */
export async function reveal(uri: vscode.Uri, range: vscode.Range): Promise<void> {
  const editor = await vscode.window.showTextDocument(uri, { preview: false });
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The span after (or before) a place, going round at the end; undefined where there is none. */
export function neighbourSpan(
  spans: readonly SpanInfo[],
  place: { line: number; character: number },
  direction: 'next' | 'previous',
): SpanInfo | undefined {
  const isAfter = ({ range: { start } }: SpanInfo) =>
    start.line > place.line || (start.line === place.line && start.character > place.character);
  const isBefore = ({ range: { start } }: SpanInfo) =>
    start.line < place.line || (start.line === place.line && start.character < place.character);
  return direction === 'next'
    ? (spans.find(isAfter) ?? spans[0])
    : (spans.findLast(isBefore) ?? spans.at(-1));
}
