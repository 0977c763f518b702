/** A text that an editor holds, at one version: an immutable snapshot. A change makes the next one. */
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextEdit } from '../syntax/tree.ts';
import { type Encoding, type LinedText, spanOf, withEdit, withLines } from './convert.ts';

export interface OpenText extends LinedText {
  readonly uri: string;
  readonly version: number;
}

export const openText = (uri: string, version: number, text: string): OpenText => ({
  uri,
  version,
  ...withLines(text),
});

/**
 * The text after the changes of one notification, each of which counts on the one before. The edits are those changes
 * with offsets; undefined when one of them replaces the whole text.
 */
export function changeText(
  old: OpenText,
  version: number,
  changes: readonly TextDocumentContentChangeEvent[],
  encoding: Encoding,
): { readonly text: OpenText; readonly edits: readonly TextEdit[] | undefined } {
  let lined: LinedText = old;
  let edits: TextEdit[] | undefined = [];
  for (const change of changes) {
    if ('range' in change) {
      const edit = { ...spanOf(lined, change.range, encoding), text: change.text };
      lined = withEdit(lined, edit);
      edits?.push(edit);
    } else {
      lined = withLines(change.text);
      edits = undefined;
    }
  }
  return { text: { uri: old.uri, version, text: lined.text, lineStarts: lined.lineStarts }, edits };
}
