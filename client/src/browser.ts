import * as vscode from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { clientOptions, run } from './common.ts';

let client: LanguageClient | undefined;
let worker: Worker | undefined;

/** In a browser the server is a web worker. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server-browser.js');
  const start = async () => {
    // A restart asks for a new worker; the old one would otherwise live on beside it.
    worker?.terminate();
    worker = await startWorker(script);
    // Not the worker itself: VS Code replaces the global Worker, and the client's `instanceof Worker` then denies it.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  client = new LanguageClient('irqtopo', 'irqtopo', start, clientOptions(context));
  await run(context, client);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  worker?.terminate();
}

/** VS Code refuses `new Worker(url)` for an extension whose files live on a remote machine; their text may be fetched. */
async function startWorker(script: vscode.Uri): Promise<Worker> {
  const url = script.toString(true);
  if (script.scheme !== 'vscode-remote') return new Worker(url);
  const text = await (await fetch(url)).text();
  // Never revoked: VS Code starts workers through a script of its own, which loads this address some time later.
  return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
}
