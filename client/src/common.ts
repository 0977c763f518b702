import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { restartServer } from './commands/restart-server.ts';
import { showAllocation } from './commands/show-allocation.ts';
import { answerReadFile } from './read-file.ts';

/** What the server learns at start. The same on a desktop and in a browser. */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.irqtopo');
  context.subscriptions.push(watcher);
  return {
    documentSelector: [{ language: 'irqtopo' }],
    synchronize: { fileEvents: watcher },
    // The rules' pages are shipped with the extension: a diagnostic's code links to <docsUri>/<code>.md.
    initializationOptions: { docsUri: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString() },
  };
}

/** Adds the commands and starts the server. */
export async function run(context: vscode.ExtensionContext, client: BaseLanguageClient): Promise<void> {
  context.subscriptions.push(restartServer(client), showAllocation(client), answerReadFile(client));
  await client.start();
}
