/** A message of this server's own: the moment that hovers and the allocation speak of. docs/protocol.md describes it. */
import { type Position, RequestType } from 'vscode-languageserver';

export interface NowParams {
  readonly textDocument: { readonly uri: string };
  /** Where the cursor is; null: back to the boot. A place outside of scenarios changes nothing. */
  readonly position: Position | null;
}

export interface Now {
  readonly scenario: string;
  /** From 1, the boot being 1. */
  readonly step: number;
  /** "plug late[0]" */
  readonly label: string;
}

/** Sets the moment by the place of a cursor. Answered with what it is then; null: after the boot. */
export const NowRequest = new RequestType<NowParams, Now | null, void>('irqtopo/now');
