import { DidChangeWorkspaceFoldersNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

/** Which files a spec may include depends on the folder it is in. */
export const didChangeWorkspaceFolders = notification(
  DidChangeWorkspaceFoldersNotification.type,
  ({ event }, { folders, workspace }) => {
    for (const { uri } of event.removed) folders.delete(uri);
    for (const { uri } of event.added) folders.add(uri);
    workspace.recheckAll();
  },
);
