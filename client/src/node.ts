import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { clientOptions, run } from './common.ts';

let client: LanguageClient | undefined;

/** On a desktop and on a remote machine the server is a Node process of its own. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server-node.cjs').fsPath;
  const server = { module, transport: TransportKind.ipc };
  client = new LanguageClient(
    'irqtopo',
    'irqtopo',
    { run: server, debug: { ...server, options: { execArgv: ['--nolazy', '--inspect=6009'] } } },
    clientOptions(context),
  );
  await run(context, client);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
