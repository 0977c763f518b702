import { type InlayHint, InlayHintRequest, MarkupKind } from 'vscode-languageserver';
import { stepHintsIn } from '../../ide/inlay-hints.ts';
import { asked } from '../asking.ts';
import { positionAt, spanOf } from '../convert.ts';
import { request } from '../handler.ts';

export const inlayHint = request(
  InlayHintRequest.type,
  null,
  async ({ textDocument: { uri }, range }, session): Promise<InlayHint[] | null> => {
    const about = asked(session, uri);
    if (about === undefined) return null;
    const { client, encoding, workspace } = session;
    const span = spanOf(about.text, range, encoding);
    const analysis = await workspace.analysis(uri);
    if (analysis === undefined) return null;
    return stepHintsIn(analysis, span, client.runTestCommand === undefined).map(
      ({ offset, label, detail }): InlayHint => {
        const hint = { position: positionAt(about.text, offset, encoding), label, paddingLeft: true };
        return detail === undefined ? hint : { ...hint, tooltip: { kind: MarkupKind.Markdown, value: detail } };
      },
    );
  },
);
