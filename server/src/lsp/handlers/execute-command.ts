import {
  ApplyWorkspaceEditRequest,
  type CancellationToken,
  ErrorCodes,
  ExecuteCommandRequest,
  MessageType,
  ResponseError,
  ShowDocumentRequest,
  ShowMessageNotification,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { documentOf, type Platform, platformOf, specOn } from '../../ide/platforms/index.ts';
import { CAPACITY_COMMAND, capacityUri } from '../capacity-protocol.ts';
import { capacityOf } from '../capacity-text.ts';
import { request } from '../handler.ts';
import { OpenTextRequest, TRY_ON_COMMAND } from '../platform-protocol.ts';
import type { Session } from '../session.ts';

/** Commands of the actions that this server offers. */
export const executeCommand = request(
  ExecuteCommandRequest.type,
  null,
  async ({ command, arguments: given = [] }, session, token): Promise<null> => {
    const [uri, type]: readonly unknown[] = given;
    if (command === CAPACITY_COMMAND && typeof uri === 'string') {
      await showCapacity(session, uri, token);
      return null;
    }
    const platform = typeof type === 'string' ? platformOf(type) : undefined;
    if (command !== TRY_ON_COMMAND || typeof uri !== 'string' || platform === undefined) {
      throw new ResponseError(ErrorCodes.InvalidParams, `${command} takes a spec and the type of a controller`);
    }
    await tryOn(session, uri, platform);
    return null;
  },
);

/** Shows how many more fit: as a text without a file where the client can, else as a message. */
async function showCapacity(session: Session, uri: string, token: CancellationToken): Promise<void> {
  const { client, connection } = session;
  if (client.showsDocuments && client.providesContents) {
    await connection.sendRequest(ShowDocumentRequest.type, { uri: capacityUri(uri), takeFocus: false });
    return;
  }
  const message = await capacityOf(session, uri, token);
  if (message === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `${uri} describes no machine`);
  await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
}

/** Opens the spec as it is on a platform: as a text without a file where the client can, else as a new file beside it. */
async function tryOn(session: Session, uri: string, platform: Platform): Promise<void> {
  const { client, connection, workspace } = session;
  const analysis = await workspace.analysis(uri);
  if (!analysis?.machine.complete) throw new ResponseError(ErrorCodes.InvalidParams, `${uri} describes no machine`);
  const spec = specOn(analysis, workspace.sourcesOf(uri), platform);
  const { name, text } = documentOf(spec, decodeURIComponent(/[^/:]*$/.exec(uri)?.[0] ?? ''));
  if (client.opensTexts) {
    await connection.sendRequest(OpenTextRequest, { name, text });
    return;
  }
  const file = freeUri(session, uri, name);
  const edit: WorkspaceEdit = {
    documentChanges: [
      { kind: 'create', uri: file },
      { textDocument: { uri: file, version: null }, edits: [{ range: START, newText: text }] },
    ],
  };
  const { applied } = await connection.sendRequest(ApplyWorkspaceEditRequest.type, {
    label: `Try this tree on ${platform.type}`,
    edit,
  });
  if (applied && client.showsDocuments) {
    await connection.sendRequest(ShowDocumentRequest.type, { uri: file, takeFocus: true });
  }
}

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A file beside the spec that is not there yet. */
function freeUri({ workspace }: Session, uri: string, name: string): string {
  const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
  const sources = workspace.sourcesOf(uri);
  const [stem, extension] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.'))];
  for (let i = 1; ; i++) {
    const candidate = `${folder}${encodeURIComponent(i === 1 ? name : `${stem}-${i}${extension}`)}`;
    const content = sources.read(candidate);
    if (content !== 'pending' && 'missing' in content && workspace.textOf(candidate) === undefined) return candidate;
  }
}
