import * as vscode from 'vscode';

/** The command "irqtopo: How Many More Fit?": what the code action does, too. */
export function howManyMoreFit(): vscode.Disposable {
  return vscode.commands.registerCommand('irqtopo.showCapacity', async () => {
    const spec = vscode.window.activeTextEditor?.document;
    if (spec?.languageId !== 'irqtopo') {
      void vscode.window.showInformationMessage('Open an .irqtopo file to see how many more fit.');
      return;
    }
    // The server's own command: the client registers it.
    await vscode.commands.executeCommand('irqtopo.howManyMoreFit', spec.uri.toString());
  });
}
