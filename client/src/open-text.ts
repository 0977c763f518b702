import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** Lets the server show a text that is no file yet: an untitled document beside the spec, checked as it is edited. */
export function answerOpenText(client: BaseLanguageClient): vscode.Disposable {
  return client.onRequest('irqtopo/openText', async ({ name, text }: { name: string; text: string }): Promise<null> => {
    const uri = vscode.Uri.from({ scheme: 'untitled', path: name });
    const document = await vscode.workspace.openTextDocument(uri);
    // It may be open from before, with what its spec was then.
    if (document.getText() !== text) {
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, all, text);
      await vscode.workspace.applyEdit(edit);
    }
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
    return null;
  });
}
