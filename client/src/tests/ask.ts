import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { TestInfo, TestsAnswer, TestsParams } from '../../../server/src/lsp/tests-protocol.ts';

/**
 * The tests of a spec. The server has run those of a document that is open, and only lists those of a file.
 * @param logs ids of tests whose steps are to be told one by one
 */
export async function askTests(
  client: BaseLanguageClient,
  uri: vscode.Uri,
  logs: readonly string[] = [],
): Promise<readonly TestInfo[]> {
  const textDocument = { uri: uri.toString() };
  const params: TestsParams = isOpen(uri) ? { textDocument, logs } : { textDocument, text: await textOf(uri) };
  const answer = await client.sendRequest<TestsAnswer | null>('irqtopo/tests', params);
  return answer?.tests ?? [];
}

export const isOpen = (uri: vscode.Uri): boolean =>
  vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());

const textOf = async (uri: vscode.Uri): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
