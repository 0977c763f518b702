/** Opens a spec as it is on another platform. */
import {
  ApplyWorkspaceEditRequest,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowDocumentRequest,
  ShowMessageNotification,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { documentOf, onPlatform, type Platform, type SpecDocument, summaryText } from '../ide/platforms/index.ts';
import { OpenTextRequest } from './platform-protocol.ts';
import type { Session } from './session.ts';

/** As a text without a file where the client can, else as a new file beside the spec, else what it comes to as a message. */
export async function tryOn(session: Session, uri: string, platform: Platform): Promise<void> {
  const { client, connection, workspace } = session;
  const analysis = await workspace.analysis(uri);
  if (!analysis?.machine.complete) throw new ResponseError(ErrorCodes.InvalidParams, `${uri} describes no machine`);
  const there = onPlatform(analysis, workspace.sourcesOf(uri), platform);
  const file = decodeURIComponent(/[^/:]*$/.exec(uri)?.[0] ?? '');
  const document = documentOf(there.spec, file);
  if (client.opensTexts) {
    await connection.sendRequest(OpenTextRequest, { name: document.name, text: document.text });
  } else if (client.createsFiles && uri.startsWith('file:')) {
    await createBeside(session, uri, document, platform);
  } else {
    const message = `${file} on ${platform.type}: ${summaryText(there)}`;
    await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  }
}

async function createBeside(session: Session, uri: string, { name, text }: SpecDocument, { type }: Platform) {
  const { client, connection } = session;
  const file = freeUri(session, uri, name);
  const edit: WorkspaceEdit = {
    documentChanges: [
      { kind: 'create', uri: file },
      { textDocument: { uri: file, version: null }, edits: [{ range: START, newText: text }] },
    ],
  };
  const label = `Try this tree on ${type}`;
  const { applied } = await connection.sendRequest(ApplyWorkspaceEditRequest.type, { label, edit });
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
