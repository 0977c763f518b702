import * as vscode from 'vscode';
import type { ShowDocumentRequest } from 'vscode-languageclient';

const SCHEME = 'irqtopo-capacity';

/** Shows a text of the server's that is no file in the column beside the spec; any other document as ever. */
export const besideTheSpec: ShowDocumentRequest.MiddlewareSignature = async (params, token, next) => {
  if (!params.uri.startsWith(`${SCHEME}:`)) return next(params, token);
  const text = await vscode.workspace.openTextDocument(vscode.Uri.parse(params.uri));
  await vscode.window.showTextDocument(text, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
  return { success: true };
};
