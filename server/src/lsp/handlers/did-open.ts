import { DidOpenTextDocumentNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

export const didOpen = notification(DidOpenTextDocumentNotification.type, async ({ textDocument }, session) => {
  const { uri, version, text } = textDocument;
  session.workspace.open(uri, version, text);
  await session.settings.load([uri]);
});
