import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
} from 'vscode-languageclient/node';

/** More ends than this within the period, and something is wrong that starting again does not mend. */
const MOST_RESTARTS = 5;
const PERIOD = 3 * 60 * 1000;

/**
 * Starts the server again whenever it ends. What cannot be sent to a server that is ending is no reason to give up: the new
 * one is given the documents as they are then.
 */
export function errorHandler(): ErrorHandler {
  let ends: number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: (): CloseHandlerResult => {
      const now = Date.now();
      ends = [...ends.filter((time) => now - time < PERIOD), now];
      if (ends.length <= MOST_RESTARTS) return { action: CloseAction.Restart, handled: true };
      ends = [];
      void tellThatItStays();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

async function tellThatItStays(): Promise<void> {
  const restart = 'Restart';
  const log = 'Show Log';
  const chosen = await vscode.window.showErrorMessage(
    `Taggant's language server ended ${MOST_RESTARTS + 1} times within three minutes. Edits are not observed until it runs again.`,
    restart,
    log,
  );
  if (chosen === restart) await vscode.commands.executeCommand('taggant.restartServer');
  if (chosen === log) await vscode.commands.executeCommand('taggant.showLog');
}
