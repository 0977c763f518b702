import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

export const didChangeWatchedFiles = notification(
  DidChangeWatchedFilesNotification.type,
  ({ changes }, { workspace }) => workspace.changedOnDisk(changes.map(({ uri }) => uri)),
);
