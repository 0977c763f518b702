import { type DocumentHighlight, DocumentHighlightKind, DocumentHighlightRequest } from 'vscode-languageserver';
import { occurrenceAt, occurrencesOf } from '../../ide/names.ts';
import { asked, filesOf, offsetIn } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';

export const documentHighlight = request(
  DocumentHighlightRequest.type,
  null,
  async ({ textDocument: { uri }, position }, session): Promise<DocumentHighlight[] | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const files = await filesOf(session, uri, about.tree);
    const here = occurrenceAt(files, uri, offset);
    if (here === undefined) return null;
    return occurrencesOf(files, here.of)
      .filter((found) => found.uri === uri)
      .map(({ span, declares }) => ({
        range: rangeOf(about.text, span, session.encoding),
        kind: declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
      }));
  },
);
