import { type OwnKeys, seenKey } from './acceptanceKeys';

/** What the self-test found out about one window. */
export interface ObservedFacts {
  /** How this editor speaks of edits; null when it has not been seen yet. */
  readonly detection: 'reasons' | 'keybindings' | null;
  /** The setting `taggant.detection.keybindings`. */
  readonly keysAreOn: boolean;
  /** Null where the person's key bindings cannot be read. */
  readonly ownKeys: OwnKeys | null;
  /** The editor's git extension. */
  readonly git: 'active' | 'disabled' | 'missing';
  readonly isTrusted: boolean;
  readonly isServerRunning: boolean;
  /** Ids of AI extensions that are known and active. */
  readonly assistants: readonly string[];
  readonly repositories: readonly ObservedRepository[];
  /** How often each rule, or reason, has explained a change in this window. */
  readonly seen: ReadonlyMap<string, number>;
}

export interface ObservedRepository {
  readonly name: string;
  readonly isSetUp: boolean;
  /** Whether git calls Taggant before a commit; null where nothing may be asked. */
  readonly hook: { readonly isInstalled: boolean; readonly message: string } | null;
  /** Agents that are in use here, or whose hooks call Taggant. */
  readonly agents: readonly { readonly name: string; readonly isConfigured: boolean }[];
}

export type Observation = 'observed' | 'in part' | 'not observed' | 'not known';

/** One way in which text gets into files, and whether it is seen. */
export interface WayIn {
  readonly name: string;
  readonly observation: Observation;
  /** What its marks stand on. */
  readonly evidence: string;
  /** How often it was seen in this window; null where that is not counted. */
  readonly count: number | null;
  /** What is not seen. */
  readonly gap?: string;
  /** What a person can do about it: Markdown. */
  readonly remedy?: string;
  /** Somebody may have decided that it is so. */
  readonly isChoice?: boolean;
}

/** Every way in, in the order in which the page shows them. */
export function waysIn(facts: ObservedFacts): readonly WayIn[] {
  const seen = (...rules: string[]) => rules.reduce((sum, rule) => sum + (facts.seen.get(rule) ?? 0), 0);
  return [
    ownSuggestions(facts, seen('inlineCompletionAccept', 'inlineCompletionPartialAccept', 'accepted')),
    otherSuggestions(facts, seen('completion-shape')),
    chat(facts, seen('Chat.applyEdits', 'inlineChat.applyEdits', 'chat-editing', 'agent-burst')),
    {
      name: 'Pasted text',
      observation: 'observed',
      evidence: 'the clipboard that the editor asks for, or its own word',
      count: seen('clipboard'),
    },
    {
      name: 'Undo, formatting, refactoring, snippets',
      observation: facts.detection === 'reasons' ? 'observed' : 'in part',
      evidence:
        facts.detection === 'reasons' ? 'the editor names them' : 'the shape and the time of the edit',
      count: seen(
        'undo-redo',
        'layout',
        'small-places',
        'while-saving',
        'snippet',
        'suggest',
        'codeAction',
        'rename',
      ),
      ...(facts.detection === 'reasons'
        ? {}
        : { gap: 'Larger changes by tools that nothing explains are shown as unknown origin.' }),
    },
    server(facts),
    ...facts.repositories.flatMap((repository) => [commits(repository), ...agents(repository)]),
    gitExtension(facts),
  ];
}

/** Ways in of which something is not seen although it could be, and nobody chose that. */
export function gapsOf(ways: readonly WayIn[]): readonly WayIn[] {
  return ways.filter(({ remedy, isChoice }) => remedy !== undefined && !isChoice);
}

function ownSuggestions({ detection, keysAreOn, ownKeys }: ObservedFacts, count: number): WayIn {
  const name = "AI suggestions accepted by the editor's keys";
  if (detection === 'reasons')
    return {
      name,
      observation: 'observed',
      evidence: 'exact: the editor names the source of every edit',
      count,
    };
  const evidence = 'accepted: Taggant’s key bindings run the editor’s command and note that';
  if (!keysAreOn) {
    return {
      name,
      observation: 'not observed',
      evidence,
      count,
      gap: 'The setting `taggant.detection.keybindings` is off: accepted suggestions are shown as unknown origin, small ones not at all.',
      remedy: 'Turn `taggant.detection.keybindings` on.',
    };
  }
  if (ownKeys && ownKeys.removed.length > 0) {
    const keys = ownKeys.removed.map((key) => code(key)).join(', ');
    return {
      name,
      observation: 'in part',
      evidence,
      count,
      gap: `Your key bindings take Taggant’s away on ${keys}.`,
      remedy: 'Remove the entries with `-runCommands` for these keys from your `keybindings.json`.',
    };
  }
  return { name, observation: detection === null ? 'not known' : 'observed', evidence, count };
}

function otherSuggestions({ detection, ownKeys, assistants }: ObservedFacts, count: number): WayIn {
  const name = 'AI suggestions accepted by the mouse, the command palette or keys of your own';
  if (detection === 'reasons')
    return {
      name,
      observation: 'observed',
      evidence: 'exact: the editor names the source of every edit',
      count: null,
    };
  const way: WayIn = {
    name,
    observation: 'in part',
    evidence: 'inferred from the shape of the edit where suggestions are in use',
    count,
    gap:
      assistants.length > 0
        ? 'What is small, or in a window where no key has accepted anything yet, is not told apart from other edits; what is large is of unknown origin then.'
        : 'No AI extension that Taggant knows is active: large suggestions are shown as unknown origin. The setting `taggant.detection.assistants` names others.',
  };
  if (ownKeys === null) return { ...way, gap: `${way.gap} Your own key bindings cannot be read from here.` };
  if (ownKeys.unseen.length === 0) return way;
  const bindings = ownKeys.unseen.map((key) => seenKey(key)).join(',\n');
  const keys = ownKeys.unseen.map(({ key, command }) => `${code(key)} (${code(command)})`).join(', ');
  return {
    ...way,
    gap: `Your own key bindings accept suggestions without a note: ${keys}. ${way.gap}`,
    remedy: `Put this in their place in your \`keybindings.json\`:\n\n${fenced(bindings)}`,
  };
}

function chat({ detection, assistants }: ObservedFacts, count: number): WayIn {
  const name = 'Edits by the chat, inline chat and agents inside the editor';
  if (detection === 'reasons')
    return { name, observation: 'observed', evidence: 'exact, with the model and the session', count };
  return {
    name,
    observation: 'in part',
    evidence: 'inferred from the chat’s own copies of files, or from bursts of large edits',
    count,
    gap: `What is not recognised is shown as unknown origin.${assistants.length > 0 ? ` Known and active: ${assistants.map((id) => code(id)).join(', ')}.` : ''}`,
  };
}

function server({ isServerRunning, isTrusted }: ObservedFacts): WayIn {
  const way = {
    name: 'Text that other programs and git write to open files',
    evidence: 'what git and the sidecars record for exactly that text; otherwise unknown origin',
    count: null,
  };
  if (!isServerRunning) {
    return {
      ...way,
      observation: 'not observed',
      gap: 'Taggant’s language server is not running: nothing is marked.',
      remedy: 'Open a file, or run **Taggant: Restart Language Server** and look at **Taggant: Show Log**.',
    };
  }
  if (!isTrusted) {
    return {
      ...way,
      observation: 'not observed',
      gap: 'This workspace is not trusted: marks are shown, and nothing is recorded.',
      remedy: 'Trust the workspace: **Workspaces: Manage Workspace Trust**.',
    };
  }
  return { ...way, observation: 'observed' };
}

function commits({ name, isSetUp, hook }: ObservedRepository): WayIn {
  const way = { name: `Commits in ${plain(name)}`, evidence: 'git’s pre-commit hook', count: null };
  if (!isSetUp) {
    return {
      ...way,
      observation: 'not observed',
      isChoice: true,
      gap: 'The repository is not set up: marks stay in its git folder, and commits are not checked.',
      remedy: 'Run **Taggant: Set Up This Repository**.',
    };
  }
  if (hook === null) return { ...way, observation: 'not known' };
  if (hook.isInstalled) return { ...way, observation: 'observed' };
  return {
    ...way,
    observation: 'not observed',
    gap: plain(hook.message),
    remedy: 'Run **Taggant: Set Up This Repository**.',
  };
}

function agents({ name: repository, agents: all }: ObservedRepository): WayIn[] {
  return all.map(({ name, isConfigured }) => {
    const way = {
      name: `${plain(name)} in ${plain(repository)}`,
      evidence: 'hook: the agent reports its edits, and the digests of the texts match',
      count: null,
    };
    if (isConfigured) return { ...way, observation: 'observed' as const };
    return {
      ...way,
      observation: 'not observed' as const,
      gap: 'There are traces of this agent, and its hooks do not call Taggant: what it writes is of unknown origin.',
      remedy: `Run \`taggant init --agents ${plain(name)}\` in a terminal.`,
    };
  });
}

function gitExtension({ git }: ObservedFacts): WayIn {
  const way = {
    name: 'Commits from the Source Control view',
    evidence: 'the editor’s git extension',
    count: null,
  };
  if (git === 'active') return { ...way, observation: 'observed' };
  return {
    ...way,
    observation: 'not observed',
    gap: `The editor’s git extension is ${git === 'disabled' ? 'turned off' : 'not there'}: commits are made, and checked, outside of the editor only.`,
    remedy: 'Turn `git.enabled` on, and the extension **Git** with it.',
  };
}

const SIGN: Record<Observation, string> = {
  observed: '✓ observed',
  'in part': '◐ in part',
  'not observed': '✗ not observed',
  'not known': '? not known yet',
};

/** The page of "Taggant: Show What Is Observed": Markdown. */
export function observationPage(ways: readonly WayIn[]): string {
  const rows = ways.map(
    ({ name, observation, evidence, count }) =>
      `| ${name} | ${SIGN[observation]} | ${evidence} | ${count === null ? '' : count} |`,
  );
  const gaps = ways.filter(({ gap }) => gap !== undefined);
  const list = gaps.map(
    ({ name, gap, remedy }) =>
      `### ${name}\n\n${gap}${remedy === undefined ? '' : `\n\n**What to do:** ${remedy}`}`,
  );
  return [
    '# What Taggant observes in this window',
    'Each way in which text gets into files, whether it is seen here and now, and what a mark of it stands on. Text without a mark means that there is no evidence of AI; it does not mean that a person wrote it.',
    ['| Way in | Now | Evidence | Seen |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    list.length === 0 ? 'There are no gaps that Taggant knows of.' : '## Gaps',
    ...list,
    'In a workspace where this extension is disabled nothing is observed, and nothing of Taggant is there to say so: `taggant status` tells whether an editor observes a repository.',
    '',
  ].join('\n\n');
}

/** Text from elsewhere as text of a Markdown table. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

function code(text: string): string {
  return `\`${text.replace(/[`|\r\n]/g, ' ')}\``;
}

function fenced(json: string): string {
  return `\`\`\`json\n${json.replaceAll('```', '')}\n\`\`\``;
}
