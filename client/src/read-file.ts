import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/**
 * Lets the server read a file that no editor has open, such as the target of an `include`: a worker has no disk, and a
 * virtual workspace has none either. Answers null where nothing can be read.
 */
export function answerReadFile(client: BaseLanguageClient): vscode.Disposable {
  return client.onRequest('irqtopo/readFile', async ({ uri }: { uri: string }): Promise<{ text: string | null }> => {
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.parse(uri, true));
      return { text: new TextDecoder().decode(bytes) };
    } catch {
      return { text: null };
    }
  });
}
