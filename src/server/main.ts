import path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server';

// `taggant lsp` and VS Code both start this program; VS Code over Node's IPC, others over standard input and output.
const connection = createConnection(ProposedFeatures.all);
startServer(connection, { cliPath: path.join(__dirname, 'cli.js') });
