/** How many more fit, as a text, made between the messages that come meanwhile. */
import {
  type CancellationToken,
  LSPErrorCodes,
  ResponseError,
  TextDocumentContentRefreshRequest,
} from 'vscode-languageserver';
import { capacitySlices } from '../analysis/index.ts';
import { capacityText } from '../ide/capacity-text.ts';
import { momentIn } from './moment.ts';
import type { Session } from './session.ts';

/** After the boot, or at the moment the client's cursor has set; undefined where the spec is no machine. */
export async function capacityOf(session: Session, uri: string, token: CancellationToken): Promise<string | undefined> {
  const { workspace } = session;
  const analysis = await workspace.analysis(uri);
  if (!analysis?.machine.complete) return undefined;
  const moment = momentIn(session, analysis);
  const slices = capacitySlices(analysis, workspace.sourcesOf(uri), moment?.result.state);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return capacityText(value, moment?.words.replaceAll('`', ''));
    // Each is many trials; the keystroke that waits comes first.
    await session.giveWay();
    if (token.isCancellationRequested) return undefined;
    if (workspace.lastAnalysis(uri) !== analysis) {
      throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed');
    }
  }
}

/** Tells a client that shows the text of a spec that it may have changed. */
export function refreshCapacity({ connection, shownCapacities, log }: Session, spec: string): void {
  const uri = shownCapacities.get(spec);
  if (uri === undefined) return;
  connection
    .sendRequest(TextDocumentContentRefreshRequest.type, { uri })
    .catch((error) => log(`workspace/textDocumentContent/refresh: ${error}`));
}
