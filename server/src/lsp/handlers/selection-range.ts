import { type SelectionRange, SelectionRangeRequest } from 'vscode-languageserver';
import { enclosingSpans } from '../../ide/selection.ts';
import { asked, offsetIn } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const selectionRange = request(
  SelectionRangeRequest.type,
  null,
  ({ textDocument: { uri }, positions }, session): SelectionRange[] | null => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    return positions.map((position) => {
      const spans = enclosingSpans(about.tree, offsetIn(session, about.text, position));
      let range: SelectionRange | undefined;
      for (const span of spans) {
        const own = rangeOf(about.text, span, session.encoding);
        range = range === undefined ? { range: own } : { range: own, parent: range };
      }
      return range ?? { range: { start: position, end: position } };
    });
  },
);
