/** Messages of this server's own about one PCI tree on several platforms. */
import type { TextDocumentIdentifier } from 'vscode-languageserver';
import { RequestType } from 'vscode-languageserver';

/** The command `[uri, type]`: opens the spec as it is on that interrupt controller. */
export const TRY_ON_COMMAND = 'irqtopo.tryOn';

/** The platforms that a spec could be put on; empty where there is no machine. */
export const PlatformsRequest = new RequestType<
  { textDocument: TextDocumentIdentifier },
  readonly { readonly type: string; readonly doc: string; readonly own: boolean }[],
  void
>('irqtopo/platforms');

/** All platforms side by side, as a text; null where there is no machine. Changes are told as those of an allocation. */
export const ComparisonRequest = new RequestType<
  { textDocument: TextDocumentIdentifier },
  { text: string } | null,
  void
>('irqtopo/comparison');

/** Sent to clients that set `opensTexts` in their initialization options: shows a text that is no file yet, under this name. */
export const OpenTextRequest = new RequestType<{ name: string; text: string }, null, void>('irqtopo/openText');
