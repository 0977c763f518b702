import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { restartServer } from './commands/restart-server.ts';
import { showAllocation } from './commands/show-allocation.ts';
import { answerReadFile } from './read-file.ts';

/**
 * What the server learns at start. The same on a desktop and in a browser. Which files to watch and which settings to
 * hear of is the server's own request, as it is in every other editor.
 */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
  return {
    documentSelector: [{ language: 'irqtopo' }],
    // The rules' pages are shipped with the extension: a diagnostic's code links to <docsUri>/<code>.md.
    initializationOptions: { docsUri: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString() },
  };
}

/** Adds the commands and starts the server. */
export async function run(context: vscode.ExtensionContext, client: BaseLanguageClient): Promise<void> {
  context.subscriptions.push(restartServer(client), showAllocation(client), answerReadFile(client));
  await client.start();
}
