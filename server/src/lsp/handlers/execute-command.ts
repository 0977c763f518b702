import {
  type CancellationToken,
  ErrorCodes,
  ExecuteCommandRequest,
  MessageType,
  ResponseError,
  ShowDocumentRequest,
  ShowMessageNotification,
} from 'vscode-languageserver';
import { platformOf } from '../../ide/platforms/index.ts';
import { CAPACITY_COMMAND, capacityUri } from '../capacity-protocol.ts';
import { capacityOf } from '../capacity-text.ts';
import { request } from '../handler.ts';
import { TRY_ON_COMMAND } from '../platform-protocol.ts';
import type { Session } from '../session.ts';
import { tryOn } from '../try-on.ts';

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
