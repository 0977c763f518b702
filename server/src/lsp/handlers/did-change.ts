import { DidChangeTextDocumentNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

export const didChange = notification(
  DidChangeTextDocumentNotification.type,
  ({ textDocument, contentChanges }, { workspace }) =>
    workspace.change(textDocument.uri, textDocument.version, contentChanges),
);
