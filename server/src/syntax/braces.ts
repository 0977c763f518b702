/** Braces that do not match. */
import type { Lexed } from './lexer.ts';
import * as T from './tokens.ts';

/**
 * The same tokens with every brace matched: a `}` that closes nothing is a stray token, and a block that is never closed
 * ends, with a `}` of no width, where the text does.
 */
export function balance(lexed: Lexed): Lexed {
  const tokens: T.Token[] = [];
  let open = 0;
  for (const token of lexed.tokens) {
    if (token.tokenType === T.LBrace) open++;
    if (token.tokenType === T.RBrace && open-- === 0) {
      open = 0;
      token.become(T.Stray);
    }
    tokens.push(token);
  }
  for (; open > 0; open--) tokens.push(new T.Token(T.RBrace, '', lexed.to, lexed.to));
  return { ...lexed, tokens };
}
