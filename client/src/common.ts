import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import { besideTheSpec } from './beside-the-spec.ts';
import { comparePlatforms } from './commands/compare-platforms.ts';
import { howManyMoreFit } from './commands/how-many-more-fit.ts';
import { restartServer } from './commands/restart-server.ts';
import { showAllocation } from './commands/show-allocation.ts';
import { tryOn } from './commands/try-on.ts';
import { updateLockFile } from './commands/update-lock-file.ts';
import { nowFollowsCursor } from './now.ts';
import { answerOpenText } from './open-text.ts';
import { answerReadFile } from './read-file.ts';
import { testExplorer } from './tests/explorer.ts';

/**
 * What the server learns at start. The same on a desktop and in a browser. Which files to watch and which settings to
 * hear of is the server's own request, as it is in every other editor.
 */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
  return {
    documentSelector: [{ language: 'irqtopo' }],
    // The rules' pages are shipped with the extension: a diagnostic's code links to <docsUri>/<code>.md.
    initializationOptions: {
      docsUri: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
      opensTexts: true,
      runTestCommand: 'irqtopo.runScenario',
      updateLockCommand: 'irqtopo.updateLockFile',
    },
    // A text of the server's that is no file belongs beside the spec that it is about.
    middleware: { window: { showDocument: besideTheSpec } },
  };
}

/** Adds the commands and starts the server. */
export async function run(context: vscode.ExtensionContext, client: BaseLanguageClient): Promise<void> {
  context.subscriptions.push(
    restartServer(client),
    showAllocation(client),
    comparePlatforms(client),
    tryOn(client),
    updateLockFile(client),
    howManyMoreFit(),
    answerReadFile(client),
    answerOpenText(client),
  );
  await client.start();
  context.subscriptions.push(testExplorer(client), nowFollowsCursor(client));
}
