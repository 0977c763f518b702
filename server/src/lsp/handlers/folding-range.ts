import { type FoldingRange, FoldingRangeKind, FoldingRangeRequest } from 'vscode-languageserver';
import { foldsOf } from '../../ide/folding.ts';
import { asked } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const foldingRange = request(
  FoldingRangeRequest.type,
  [],
  ({ textDocument: { uri } }, session): FoldingRange[] => {
    const about = asked(session, uri);
    if (about === undefined) return [];
    return foldsOf(about.tree).flatMap(({ span, of }): FoldingRange[] => {
      const { start, end } = rangeOf(about.text, span, session.encoding);
      // The line of a closing brace stays in sight.
      const endLine = of === 'block' ? end.line - 1 : end.line;
      if (endLine <= start.line) return [];
      const fold: FoldingRange = { startLine: start.line, endLine };
      return [of === 'comment' ? { ...fold, kind: FoldingRangeKind.Comment } : fold];
    });
  },
);
