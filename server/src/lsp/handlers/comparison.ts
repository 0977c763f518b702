import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { comparisonOf, comparisonText, type OnPlatform, onPlatform, PLATFORMS } from '../../ide/platforms/index.ts';
import { request } from '../handler.ts';
import { ComparisonRequest } from '../platform-protocol.ts';

/** A spec on every platform as a text. From now on the client is told when it may have changed. */
export const comparison = request(ComparisonRequest, null, async ({ textDocument: { uri } }, session, token) => {
  const { workspace, shownAllocations, giveWay } = session;
  shownAllocations.add(uri);
  const analysis = await workspace.analysis(uri);
  if (!analysis?.machine.complete) return null;
  const made: OnPlatform[] = [];
  // Each is an analysis of its own; the keystroke that waits comes first.
  for (const platform of PLATFORMS) {
    made.push(onPlatform(analysis, workspace.sourcesOf(uri), platform));
    await giveWay();
    if (token.isCancellationRequested) return null;
    if (workspace.lastAnalysis(uri) !== analysis) {
      throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed');
    }
  }
  return { text: comparisonText(comparisonOf(analysis, made)) };
});
