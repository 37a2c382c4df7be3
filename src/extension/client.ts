import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import type { InitializationOptions } from '../protocol';
import { errorHandler } from './errorHandler';
import { DOCUMENTS, type Outbox } from './sensors/outbox';

/**
 * The client of our language server. All that it says about documents goes through the outbox; `withLinks` adds to a hover
 * what only an editor can do.
 */
export function createClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  outbox: Outbox,
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
      ...outbox.middleware,
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
