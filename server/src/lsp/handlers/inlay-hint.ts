import { type InlayHint, InlayHintRequest } from 'vscode-languageserver';
import { stepHintsIn } from '../../ide/inlay-hints.ts';
import { analysed } from '../asking.ts';
import { positionAt, spanOf } from '../convert.ts';
import { request } from '../handler.ts';
import type { OfText } from '../resolving.ts';

export const inlayHint = request(
  InlayHintRequest.type,
  null,
  async ({ textDocument: { uri }, range }, session): Promise<InlayHint[] | null> => {
    const about = await analysed(session, uri);
    if (about === undefined) return null;
    const { client, encoding } = session;
    const span = spanOf(about.text, range, encoding);
    return stepHintsIn(about.analysis, span, client.runTestCommand === undefined).map(({ offset, label, step }) => {
      const data: OfText<number> = { uri, version: about.text.version, of: step };
      return { position: positionAt(about.text, offset, encoding), label, paddingLeft: true, data };
    });
  },
);
