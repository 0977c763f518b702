import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  InitializedNotification,
} from 'vscode-languageserver';
import { LOCK_SUFFIX } from '../../timeline/lock/lock-file.ts';
import { notification } from '../handler.ts';

/** Gets ready, and asks to be told of what no editor shows: files that change on disk, and settings. */
export const initialized = notification(InitializedNotification.type, async (_, { client, connection, workspace }) => {
  workspace.warmUp();
  if (client.registersWatchers) {
    const watchers = [{ globPattern: '**/*.irqtopo' }, { globPattern: `**/*.irqtopo${LOCK_SUFFIX}` }];
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (client.registersConfiguration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'irqtopo' });
  }
});
