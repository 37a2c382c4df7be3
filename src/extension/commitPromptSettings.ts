/** The two settings of `git.diagnosticsCommitHook` as a workspace has them; undefined where it has none of its own. */
export interface CommitPromptSettings {
  readonly enabled?: boolean | undefined;
  readonly sources?: Readonly<Record<string, string>> | undefined;
}

/** What of them we have set beside our own source, to be taken back. */
export interface OurSettings {
  readonly enabled: boolean;
  readonly others: boolean;
}

/** Our diagnostics' source, and what holds a commit: a warning is a finding of a blocking rule. */
const SOURCE = 'taggant';
const LEVEL = 'warning';
const OTHERS = '*';

/**
 * The settings with our diagnostics among those that are asked about. Where nothing was asked about before, nothing else is
 * from now on either: VS Code's own default would take in the errors of every extension.
 */
export function withPrompt(
  workspace: CommitPromptSettings,
  isEnabled: boolean,
): { readonly settings: CommitPromptSettings; readonly ours: OurSettings } {
  const others = !isEnabled && workspace.sources?.[OTHERS] === undefined;
  return {
    settings: {
      enabled: isEnabled ? workspace.enabled : true,
      sources: { ...workspace.sources, ...(others ? { [OTHERS]: 'none' } : {}), [SOURCE]: LEVEL },
    },
    ours: { enabled: !isEnabled, others },
  };
}

/** The settings with ours taken back; what somebody has changed or added meanwhile stays, and goes on working. */
export function withoutPrompt(workspace: CommitPromptSettings, ours: OurSettings): CommitPromptSettings {
  const sources: Record<string, string> = { ...workspace.sources };
  delete sources[SOURCE];
  const isUsed = Object.keys(sources).some((name) => name !== OTHERS || sources[name] !== 'none');
  if (ours.others && !isUsed) delete sources[OTHERS];
  return {
    enabled: ours.enabled && !isUsed ? undefined : workspace.enabled,
    sources: Object.keys(sources).length > 0 ? sources : undefined,
  };
}
