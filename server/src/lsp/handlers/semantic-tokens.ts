import {
  type SemanticTokens,
  SemanticTokensBuilder,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver';
import { semanticTokensOf, TOKEN_MODIFIERS, TOKEN_TYPES } from '../../ide/semantic-tokens.ts';
import type { Span } from '../../syntax/tree.ts';
import { type Asked, asked } from '../asking.ts';
import { rangeOf, spanOf } from '../convert.ts';
import { request } from '../handler.ts';
import type { Session } from '../session.ts';

const NONE: SemanticTokens = { data: [] };

export const semanticTokensFull = request(
  SemanticTokensRequest.type,
  NONE,
  ({ textDocument: { uri } }, session): SemanticTokens => {
    const about = asked(session, uri);
    return about === undefined ? NONE : encode(session, about, undefined);
  },
);

export const semanticTokensRange = request(
  SemanticTokensRangeRequest.type,
  NONE,
  ({ textDocument: { uri }, range }, session): SemanticTokens => {
    const about = asked(session, uri);
    return about === undefined ? NONE : encode(session, about, spanOf(about.text, range, session.encoding));
  },
);

function encode({ encoding }: Session, { text, tree }: Asked, within: Span | undefined): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { span, type, modifiers } of semanticTokensOf(tree, within)) {
    const { start, end } = rangeOf(text, span, encoding);
    const bits = modifiers.reduce((set, modifier) => set | (1 << TOKEN_MODIFIERS.indexOf(modifier)), 0);
    builder.push(start.line, start.character, end.character - start.character, TOKEN_TYPES.indexOf(type), bits);
  }
  return builder.build();
}
