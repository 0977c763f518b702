import * as vscode from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';

export interface TextBeside {
  readonly scheme: string;
  /** The request of the server that gives the text of a spec, or null. */
  readonly request: string;
  /** What its tab says behind the name of the spec. */
  readonly title: string;
  /** What to say when no spec is open. */
  readonly hint: string;
}

/** A client has one handler for each notification; the texts listen to it together. */
const changes = new WeakMap<BaseLanguageClient, vscode.EventEmitter<string>>();

/** Specs whose allocation may be another now. */
function changesOf(client: BaseLanguageClient): vscode.EventEmitter<string> {
  const known = changes.get(client);
  if (known !== undefined) return known;
  const made = new vscode.EventEmitter<string>();
  changes.set(client, made);
  client.onNotification('irqtopo/allocationChanged', ({ uri }: { uri: string }) => made.fire(uri));
  return made;
}

/** A read-only text about a spec beside it, kept up to date. Gives what provides it, and what opens it. */
export function textBeside(client: BaseLanguageClient, { scheme, request, title, hint }: TextBeside) {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri, token) {
      const params = { textDocument: { uri: uri.query } };
      const answer = await client.sendRequest<{ text: string } | null>(request, params, token);
      return answer?.text ?? '';
    },
  };
  /** Renders again what is open, or of that only what is about the spec named. */
  const refresh = (spec?: string) => {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === scheme && (spec === undefined || uri.query === spec)) changed.fire(uri);
  };
  const provided = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, provider),
    changesOf(client).event(refresh),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) refresh();
    }),
  );
  const open = async (): Promise<void> => {
    const spec = vscode.window.activeTextEditor?.document;
    if (spec?.languageId !== 'irqtopo') {
      void vscode.window.showInformationMessage(hint);
      return;
    }
    const name = spec.uri.path.slice(spec.uri.path.lastIndexOf('/') + 1);
    // The query holds the spec's address as the server knows it. The path is what the tab says; it must not end in
    // .irqtopo, or VS Code would take the table for a spec.
    const uri = vscode.Uri.from({ scheme, path: `/${name} (${title})`, query: spec.uri.toString() });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  };
  return { provided, open };
}
