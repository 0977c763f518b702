import { type Hover, HoverRequest, MarkupKind } from 'vscode-languageserver';
import { hoverAt } from '../../ide/hover.ts';
import { asked, offsetIn } from '../asking.ts';
import { rangeOf } from '../convert.ts';
import { request } from '../handler.ts';
import { momentIn } from '../moment.ts';

export const hover = request(
  HoverRequest.type,
  null,
  async ({ textDocument: { uri }, position }, session): Promise<Hover | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const offset = offsetIn(session, about.text, position);
    const analysis = await session.workspace.analysis(uri);
    const found = analysis && hoverAt(analysis, offset, momentIn(session, analysis));
    if (found === undefined) return null;
    const { markdown, span } = found;
    // A client that shows plain text alone gets the markdown as it is: its tables and lists read well enough.
    const kind = session.client.markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
    return { contents: { kind, value: markdown }, range: rangeOf(about.text, span, session.encoding) };
  },
);
