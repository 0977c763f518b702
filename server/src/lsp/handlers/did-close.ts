import { DidCloseTextDocumentNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

export const didClose = notification(DidCloseTextDocumentNotification.type, ({ textDocument: { uri } }, session) => {
  session.workspace.close(uri);
  session.settings.forget(uri);
  session.moments.delete(uri);
  session.shownTests.delete(uri);
});
