/** Messages of this server's own: the allocation of a spec as a text. */

import type { Position, TextDocumentIdentifier } from 'vscode-languageserver';
import { NotificationType, RequestType } from 'vscode-languageserver';

/**
 * The whole allocation of a spec as a table; null where there is none. With a position, or after irqtopo/now, the moment of
 * that place comes first.
 */
export const AllocationRequest = new RequestType<
  { textDocument: TextDocumentIdentifier; position?: Position },
  { text: string } | null,
  void
>('irqtopo/allocation');

/** Sent after each check of a spec whose allocation was asked for. */
export const AllocationChangedNotification = new NotificationType<{ uri: string }>('irqtopo/allocationChanged');
