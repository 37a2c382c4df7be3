import * as vscode from 'vscode';
import { agentOfCommand } from '../../core/agentPrograms';
import type { AgentCommandParams } from '../../protocol';

export interface AgentTerminals extends vscode.Disposable {
  /** Tells of those that are running once more: a server that has just started knows of none. */
  tellAgain(): void;
}

/**
 * Tells of agents that are started in the editor's terminals, where the shell tells the editor of its commands. Files that
 * change meanwhile may be theirs. Only the agent's name leaves this place, never the command line.
 */
export function watchTerminals(tell: (params: AgentCommandParams) => void): AgentTerminals {
  const running = new Map<
    vscode.TerminalShellExecution,
    AgentCommandParams & { terminal: vscode.Terminal }
  >();
  let commands = 0;
  const end = (execution: vscode.TerminalShellExecution) => {
    const started = running.get(execution);
    running.delete(execution);
    if (started) tell({ id: started.id, tool: started.tool, folder: started.folder, isRunning: false });
  };
  const listeners = vscode.Disposable.from(
    vscode.window.onDidStartTerminalShellExecution(({ execution, terminal }) => {
      const tool = agentOfCommand(execution.commandLine.value);
      if (tool === null) return;
      const folder = execution.cwd?.scheme === 'file' ? execution.cwd.fsPath : null;
      const params = { id: `${commands++}`, tool, folder, isRunning: true };
      running.set(execution, { ...params, terminal });
      tell(params);
    }),
    vscode.window.onDidEndTerminalShellExecution(({ execution }) => {
      end(execution);
    }),
    vscode.window.onDidCloseTerminal((terminal) => {
      for (const [execution, started] of running) if (started.terminal === terminal) end(execution);
    }),
  );
  return {
    tellAgain() {
      for (const { id, tool, folder } of running.values()) tell({ id, tool, folder, isRunning: true });
    },
    dispose: () => listeners.dispose(),
  };
}
