import * as vscode from 'vscode';
import {
  type CommitPromptSettings,
  type OurSettings,
  withoutPrompt,
  withPrompt,
} from './commitPromptSettings';
import type { Context } from './context';

/**
 * VS Code's own question before a commit (`git.diagnosticsCommitHook`), for people who cannot install hooks. It sees files rather
 * than spans, and only commits made in VS Code; its button to go on is the one that Enter presses.
 */
const SECTION = 'git.diagnosticsCommitHook';
/** What we set, to be taken back. */
const OURS = 'taggant.commitPrompt';
const OFFERED = 'taggant.commitPromptOffered';

/** Turns Git's own commit prompt for our findings on, or off again, in this workspace. */
export async function toggleCommitPrompt({ memory }: Context): Promise<void> {
  const ours = memory.get<OurSettings>(OURS);
  if (ours) {
    await turnOff(memory, ours);
    void vscode.window.showInformationMessage(
      'Taggant: Git no longer asks about unreviewed AI code before a commit in this workspace.',
    );
  } else await turnOn(memory);
}

/** Offers it once for a workspace whose commits no hook checks. */
export async function offerCommitPrompt({ memory }: Context): Promise<void> {
  if (memory.get(OFFERED, false) || memory.get(OURS) !== undefined || !vscode.workspace.isTrusted) return;
  if (!vscode.workspace.getConfiguration('taggant').get('offerSetUp', true)) return;
  await memory.update(OFFERED, true);
  const setUp = 'Set Up…';
  const prompt = "Use Git's Commit Prompt";
  const never = "Don't Ask Again";
  const chosen = await vscode.window.showInformationMessage(
    "Taggant's hook does not run here, so commits are not checked. Install it, or let VS Code ask before it commits files with unreviewed AI code on critical paths?",
    setUp,
    prompt,
    never,
  );
  if (chosen === setUp) await vscode.commands.executeCommand('taggant.setUp');
  if (chosen === prompt) await turnOn(memory);
}

async function turnOn(memory: vscode.Memento): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const before = ownSettings(configuration);
  const { settings, ours } = withPrompt(before, configuration.get('enabled', false));
  await write(configuration, before, settings);
  await memory.update(OURS, ours);
  const openSettings = 'Open Settings';
  const chosen = await vscode.window.showInformationMessage(
    'Taggant: VS Code now asks before it commits files with unreviewed AI code on critical paths. It only asks, and only for commits made here; the hook and CI hold.',
    openSettings,
  );
  if (chosen === openSettings) await vscode.commands.executeCommand('workbench.action.openSettings', SECTION);
}

async function turnOff(memory: vscode.Memento, ours: OurSettings): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const before = ownSettings(configuration);
  await write(configuration, before, withoutPrompt(before, ours));
  await memory.update(OURS, undefined);
}

/** The workspace's own, without the user's and the defaults. */
function ownSettings(configuration: vscode.WorkspaceConfiguration): CommitPromptSettings {
  return {
    enabled: configuration.inspect<boolean>('enabled')?.workspaceValue,
    sources: configuration.inspect<Record<string, string>>('sources')?.workspaceValue,
  };
}

/** Writes what differs, into the workspace's own settings. */
async function write(
  configuration: vscode.WorkspaceConfiguration,
  before: CommitPromptSettings,
  after: CommitPromptSettings,
): Promise<void> {
  const target = vscode.ConfigurationTarget.Workspace;
  if (after.enabled !== before.enabled) await configuration.update('enabled', after.enabled, target);
  if (JSON.stringify(after.sources) !== JSON.stringify(before.sources)) {
    await configuration.update('sources', after.sources, target);
  }
}
