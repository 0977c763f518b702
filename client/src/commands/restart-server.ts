import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** The command "irqtopo: Restart Server". */
export function restartServer(client: BaseLanguageClient): vscode.Disposable {
  return vscode.commands.registerCommand('irqtopo.restartServer', () => client.restart());
}
