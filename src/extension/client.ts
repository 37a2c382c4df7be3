import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import type { InitializationOptions } from '../protocol';
import { errorHandler } from './errorHandler';

/** Documents that are followed: files, what is not a file yet, and the cells of notebooks. */
export const DOCUMENTS = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];

/**
 * The client of our language server. `willSendChange` runs just before each change is sent, on the same connection,
 * so that what it sends arrives first; `withLinks` adds to a hover what only an editor can do.
 */
export function createClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  willSendChange: (event: vscode.TextDocumentChangeEvent) => void,
  withLinks: (hover: vscode.Hover, document: vscode.TextDocument) => vscode.Hover,
): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    errorHandler: errorHandler(),
    // Asked again at every start: the workspace may have been trusted meanwhile.
    initializationOptions: (): InitializationOptions => ({
      trusted: vscode.workspace.isTrusted,
      checksSchemas: true,
    }),
    middleware: {
      didChange: (event, next) => {
        willSendChange(event);
        return next(event);
      },
      provideHover: async (document, position, token, next) => {
        const hover = await next(document, position, token);
        return hover && withLinks(hover, document);
      },
    },
  };
  return new LanguageClient(
    'taggant',
    'Taggant',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc },
    },
    options,
  );
}
