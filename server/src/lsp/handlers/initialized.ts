import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  InitializedNotification,
} from 'vscode-languageserver';
import { notification } from '../handler.ts';

/** Asks to be told of what no editor shows: files that change on disk, and settings. */
export const initialized = notification(InitializedNotification.type, async (_, { client, connection }) => {
  if (client.registersWatchers) {
    const watchers = [{ globPattern: '**/*.irqtopo' }];
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (client.registersConfiguration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'irqtopo' });
  }
});
