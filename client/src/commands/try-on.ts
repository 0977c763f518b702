import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

interface Platform {
  readonly type: string;
  readonly doc: string;
  readonly own: boolean;
}

/** The command "irqtopo: Try This Tree on …": asks for the controller; the rest is what the code action does, too. */
export function tryOn(client: BaseLanguageClient): vscode.Disposable {
  return vscode.commands.registerCommand('irqtopo.tryOnAnother', async () => {
    const spec = vscode.window.activeTextEditor?.document;
    const uri = spec?.languageId === 'irqtopo' ? spec.uri.toString() : undefined;
    const params = { textDocument: { uri } };
    const platforms =
      uri === undefined ? [] : await client.sendRequest<readonly Platform[]>('irqtopo/platforms', params);
    if (platforms.length === 0) {
      void vscode.window.showInformationMessage('Open an .irqtopo file that describes a machine.');
      return;
    }
    const items = platforms.filter(({ own }) => !own).map(({ type, doc }) => ({ label: type, detail: plain(doc) }));
    const placeHolder = 'The PCI tree and its requests on which interrupt controller?';
    const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
    // The server's own command: the client registers it.
    if (chosen !== undefined) await vscode.commands.executeCommand('irqtopo.tryOn', uri, chosen.label);
  });
}

/** A quick pick shows no markdown. */
const plain = (markdown: string): string => markdown.replaceAll('`', '');
