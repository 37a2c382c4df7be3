import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { WORKLIST, type WorklistResult } from '../../protocol';
import { toVscodeRange } from './navigation';
import { rowOf, type WorkNode, waitingForYou, worklistTree } from './worklistTree';

/** Changes come in bursts: one look at the repository for each burst. */
const REFRESH_DELAY = 400;

/** The view "AI Sign-off" in the Source Control container. */
export class WorklistView implements vscode.TreeDataProvider<WorkNode>, vscode.Disposable {
  readonly #view: vscode.TreeView<WorkNode>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #worklist: WorklistResult = { repositories: [] };
  #timer: NodeJS.Timeout | undefined;
  #isStale = true;

  constructor(private readonly client: LanguageClient) {
    this.#view = vscode.window.createTreeView('taggant.worklist', { treeDataProvider: this });
    this.#view.onDidChangeVisibility(() => this.refreshSoon());
  }

  /** Something in a repository changed: the view asks again when it can be seen. */
  changed(): void {
    this.#isStale = true;
    this.refreshSoon();
  }

  refreshSoon(): void {
    if (!this.#isStale || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, REFRESH_DELAY);
  }

  async refresh(): Promise<void> {
    if (!this.client.isRunning()) return;
    this.#isStale = false;
    this.#worklist = await this.client.sendRequest<WorklistResult>(WORKLIST);
    const count = waitingForYou(this.#worklist);
    this.#view.badge =
      count > 0 ? { value: count, tooltip: `${count} waiting for your sign-off` } : undefined;
    const items = this.#worklist.repositories.flatMap((repository) => repository.items);
    const canSign = items.some(({ action }) => action === 'sign');
    await vscode.commands.executeCommand('setContext', 'taggant.canSignSome', canSign);
    this.#changed.fire(undefined);
  }

  getChildren(node?: WorkNode): WorkNode[] {
    if (!node) return worklistTree(this.#worklist);
    if (node.kind === 'group') return [...node.rules];
    return node.kind === 'rule' ? [...node.items] : [];
  }

  getTreeItem(node: WorkNode): vscode.TreeItem {
    const { label, description, tooltip, icon, context } = rowOf(node);
    const row = new vscode.TreeItem(
      label,
      node.kind === 'item' ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded,
    );
    row.description = description;
    if (tooltip.length > 0) row.tooltip = tooltip.join('\n');
    row.iconPath = new vscode.ThemeIcon(icon);
    row.contextValue = context;
    row.accessibilityInformation = { label: [label, description, ...tooltip].filter(Boolean).join(', ') };
    if (node.kind === 'item') {
      const { uri, range } = node.item;
      row.command = {
        title: 'Open',
        command: 'vscode.open',
        arguments: [vscode.Uri.parse(uri), { selection: collapsed(toVscodeRange(range)), preview: true }],
      };
    }
    return row;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#view.dispose();
    this.#changed.dispose();
  }
}

/** Leads to the place without selecting all of it. */
function collapsed({ start }: vscode.Range): vscode.Range {
  return new vscode.Range(start, start);
}
