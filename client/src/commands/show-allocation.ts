import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';

const SCHEME = 'irqtopo-allocation';

/** The command "irqtopo: Show Allocation": the whole allocation as a read-only text beside the spec, kept up to date. */
export function showAllocation(client: BaseLanguageClient): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri, token) {
      const params = { textDocument: { uri: uri.query } };
      const answer = await client.sendRequest<{ text: string } | null>('irqtopo/allocation', params, token);
      return answer?.text ?? '';
    },
  };
  /** Renders again what is open, or of that only the allocation of the spec named. */
  const refresh = (spec?: string) => {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === SCHEME && (spec === undefined || uri.query === spec)) changed.fire(uri);
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
    vscode.commands.registerCommand('irqtopo.showAllocation', open),
    client.onNotification('irqtopo/allocationChanged', ({ uri }: { uri: string }) => refresh(uri)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) refresh();
    }),
  );
}

async function open(): Promise<void> {
  const spec = vscode.window.activeTextEditor?.document;
  if (spec?.languageId !== 'irqtopo') {
    void vscode.window.showInformationMessage('Open an .irqtopo file to see its allocation.');
    return;
  }
  const name = spec.uri.path.slice(spec.uri.path.lastIndexOf('/') + 1);
  // The query holds the spec's address as the server knows it. The path is what the tab says; it must not end in
  // .irqtopo, or VS Code would take the table for a spec.
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name} (allocation)`, query: spec.uri.toString() });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
}
