import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import { notification } from '../handler.ts';

export const didChangeConfiguration = notification(
  DidChangeConfigurationNotification.type,
  (_, { settings, workspace }) => settings.load(workspace.uris()),
);
