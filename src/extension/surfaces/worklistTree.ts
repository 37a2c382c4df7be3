import type { RepositoryWork, WorkItem, WorklistResult } from '../../protocol';

/** A row of the view; plain data, so that it can be tested without an editor. */
export type WorkNode = GroupNode | RuleNode | ItemNode;

export type Group = WorkItem['waitsFor'];

export interface GroupNode {
  readonly kind: 'group';
  readonly group: Group;
  readonly rules: readonly RuleNode[];
  readonly count: number;
}

export interface RuleNode {
  readonly kind: 'rule';
  readonly group: Group;
  readonly rule: string;
  readonly rootUri: string;
  /** True when this person's sign-off would count for one of its places. */
  readonly canSign: boolean;
  readonly items: readonly ItemNode[];
}

export interface ItemNode {
  readonly kind: 'item';
  readonly rootUri: string;
  readonly item: WorkItem;
}

const GROUPS: readonly Group[] = ['you', 'others', 'nobody'];

/** The view's rows: what waits for this person first; within a group by rule, then in the server's order. */
export function worklistTree({ repositories }: WorklistResult): GroupNode[] {
  return GROUPS.flatMap((group) => {
    const rules = repositories.flatMap((repository) => ruleNodes(repository, group));
    const count = rules.reduce((sum, { items }) => sum + items.length, 0);
    return count > 0 ? [{ kind: 'group' as const, group, rules, count }] : [];
  });
}

function ruleNodes({ rootUri, items }: RepositoryWork, group: Group): RuleNode[] {
  const rules = new Map<string, ItemNode[]>();
  for (const item of items) {
    if (item.waitsFor !== group) continue;
    const nodes = rules.get(item.rule) ?? [];
    rules.set(item.rule, nodes);
    nodes.push({ kind: 'item', rootUri, item });
  }
  return [...rules].map(([rule, nodes]) => ({
    kind: 'rule',
    group,
    rule,
    rootUri,
    canSign: nodes.some(({ item }) => item.action === 'sign'),
    items: nodes,
  }));
}

/** How many places wait for this person. */
export function waitingForYou({ repositories }: WorklistResult): number {
  return repositories.flatMap(({ items }) => items).filter(({ waitsFor }) => waitsFor === 'you').length;
}

const TITLES: Record<Group, string> = {
  you: 'Waiting for Your Sign-off',
  others: 'Waiting for Others',
  nobody: 'Unreviewed on Critical Paths',
};

/** What a row shows. `context` is what the menus' `viewItem` compares with. */
export interface Row {
  readonly label: string;
  readonly description: string;
  readonly tooltip: readonly string[];
  readonly icon: string;
  readonly context: string;
}

export function rowOf(node: WorkNode): Row {
  switch (node.kind) {
    case 'group':
      return {
        label: TITLES[node.group],
        description: `${node.count}`,
        tooltip: [],
        icon: node.group === 'you' ? 'bell-dot' : node.group === 'others' ? 'watch' : 'shield',
        context: `taggant.group.${node.group}`,
      };
    case 'rule':
      return {
        label: node.rule,
        description: `${node.items.length}`,
        tooltip: [`Rule "${node.rule}"`],
        icon: 'law',
        context: node.canSign ? 'taggant.rule.signable' : 'taggant.rule',
      };
    case 'item':
      return itemRow(node.item);
  }
}

function itemRow({ path, range, message, needs, requestedBy, note, action, enforcement }: WorkItem): Row {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const [first, last] = [range.start.line + 1, range.end.line + 1];
  const lines = last > first ? `${first}–${last}` : `${first}`;
  return {
    label: `${name}:${lines}`,
    description: requestedBy ? `asked by ${nameOf(requestedBy)}` : folder,
    tooltip: [
      `${path}:${lines}`,
      message,
      needs,
      ...(requestedBy ? [`Sign-off requested by ${requestedBy}`] : []),
      ...(note ? [`Note: ${note}`] : []),
    ].filter((line) => line !== ''),
    icon: requestedBy ? 'bell' : enforcement === 'block' ? 'warning' : 'info',
    context: `taggant.item.${action}`,
  };
}

/** `Ada` of `Ada <ada@example.com>`. */
export function nameOf(identity: string): string {
  const name = identity.replace(/\s*<[^>]*>\s*$/, '').trim();
  return name === '' ? identity : name;
}
