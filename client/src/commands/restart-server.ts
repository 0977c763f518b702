import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** The command "irqtopo: Restart Server". */
export function restartServer(client: BaseLanguageClient): vscode.Disposable {
  return vscode.commands.registerCommand('irqtopo.restartServer', async () => {
    // A server that hangs cannot be stopped in order; that is when a new one is wanted most.
    await client.stop().catch((error) => client.warn('The old server did not stop in order.', error, false));
    await client.start();
  });
}
