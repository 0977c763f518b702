/** Messages of this server's own: the lock file of a spec. */
import type { TextDocumentIdentifier } from 'vscode-languageserver';
import { RequestType } from 'vscode-languageserver';

/** The URI of a spec's lock file and the text it should have; null for a file that describes no machine. */
export const LockRequest = new RequestType<
  { textDocument: TextDocumentIdentifier },
  { uri: string; text: string } | null,
  void
>('irqtopo/lock');
