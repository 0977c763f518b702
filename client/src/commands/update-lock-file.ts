import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** The command "irqtopo: Update Lock File": writes addresses and interrupt numbers as they are now beside the spec. */
export function updateLockFile(client: BaseLanguageClient): vscode.Disposable {
  return vscode.commands.registerCommand('irqtopo.updateLockFile', async (asked?: string) => {
    const spec = vscode.window.activeTextEditor?.document;
    const uri = asked ?? (spec?.languageId === 'irqtopo' ? spec.uri.toString() : undefined);
    const params = { textDocument: { uri } };
    const lock =
      uri === undefined ? null : await client.sendRequest<{ uri: string; text: string } | null>('irqtopo/lock', params);
    if (lock === null) {
      void vscode.window.showInformationMessage('Open an .irqtopo file that describes a machine.');
      return;
    }
    const file = vscode.Uri.parse(lock.uri, true);
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(lock.text));
    vscode.window.setStatusBarMessage(`${vscode.workspace.asRelativePath(file)} is up to date`, 5000);
  });
}
