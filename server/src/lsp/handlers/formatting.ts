import { DocumentFormattingRequest, DocumentRangeFormattingRequest, type TextEdit } from 'vscode-languageserver';
import { format } from '../../syntax/printer.ts';
import { asked, protocolEdits } from '../asking.ts';
import { spanOf } from '../convert.ts';
import { request } from '../handler.ts';

/** There is one layout; the client's options of indentation have no say in it. */
export const formatting = request(
  DocumentFormattingRequest.type,
  null,
  ({ textDocument: { uri } }, session): TextEdit[] | null => {
    const about = asked(session, uri);
    return about === undefined ? null : protocolEdits(session, uri, format(about.tree));
  },
);

export const rangeFormatting = request(
  DocumentRangeFormattingRequest.type,
  null,
  ({ textDocument: { uri }, range }, session): TextEdit[] | null => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const within = spanOf(about.text, range, session.encoding);
    const edits = format(about.tree).filter(({ from, to }) => within.from <= from && to <= within.to);
    return protocolEdits(session, uri, edits);
  },
);
