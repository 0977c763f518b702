/**
 * Braces that do not match. Which one is missing or too many the braces alone cannot say: that would be found at the end
 * of the file, and every block in between would seem to stand in the wrong place. Indentation says it.
 */
import type { Lexed } from './lexer.ts';
import * as T from './tokens.ts';

/**
 * The same tokens with every brace matched: where a `}` is missing, one of no width ends the block before the line that
 * is indented no deeper than its header, or with the text; a `}` too many is a stray token.
 */
export function balance(lexed: Lexed): Lexed {
  const { text } = lexed;
  const guided = isIndented(lexed);
  const tokens: T.Token[] = [];
  /** The indentation of the header lines of the blocks that are open. */
  const open: number[] = [];
  let missing = lexed.opened - lexed.closed;
  const indentOfLine = lineIndents(text);
  for (const token of lexed.tokens) {
    const last = tokens[tokens.length - 1];
    const indent = guided && startsStatement(last) ? indentOfFirst(text, token.startOffset) : undefined;
    const closes = token.tokenType === T.RBrace;
    if (indent !== undefined) {
      for (; missing > 0 && (open.at(-1) ?? -1) >= indent + (closes ? 1 : 0); missing--) {
        open.pop();
        const at = last === undefined ? lexed.from : T.endOf(last);
        tokens.push(new T.Token(T.RBrace, '', at, at), new T.Token(T.End, '', at, at));
      }
    }
    if (token.tokenType === T.LBrace) open.push(indentOfLine(token.startOffset));
    if (closes && (open.length === 0 || (missing < 0 && indent !== undefined && indent > (open.at(-1) ?? 0)))) {
      token.become(T.Stray);
      missing++;
    } else if (closes) open.pop();
    tokens.push(token);
  }
  for (let i = open.length; i > 0; i--) tokens.push(new T.Token(T.RBrace, '', lexed.to, lexed.to));
  return { ...lexed, tokens };
}

/** Most bodies that begin on a new line are indented deeper than their headers. */
function isIndented({ text, tokens }: Lexed): boolean {
  const indentOfLine = lineIndents(text);
  let deeper = 0;
  let others = 0;
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.tokenType !== T.LBrace || next === undefined || next.tokenType === T.RBrace) continue;
    const indent = indentOfFirst(text, next.startOffset);
    if (indent === undefined) continue;
    if (indent > indentOfLine(token.startOffset)) deeper++;
    else others++;
  }
  return deeper >= others;
}

const startsStatement = (last: T.Token | undefined): boolean =>
  last === undefined || last.tokenType === T.End || last.tokenType === T.LBrace;

/** How far the first token of a line is indented; undefined for the others. */
function indentOfFirst(text: string, from: number): number | undefined {
  let at = from;
  while (at > 0 && isBlank(text.charCodeAt(at - 1))) at--;
  return at === 0 || isLineEnd(text.charCodeAt(at - 1)) ? from - at : undefined;
}

/** How far the line around an offset is indented. Asked from the text's start to its end, it looks at no character twice. */
function lineIndents(text: string): (within: number) => number {
  let seen = 0;
  let indent = 0;
  const indentFrom = (lineStart: number): number => {
    let at = lineStart;
    while (isBlank(text.charCodeAt(at))) at++;
    return at - lineStart;
  };
  indent = indentFrom(0);
  return (within) => {
    let from = within;
    while (from > seen && !isLineEnd(text.charCodeAt(from - 1))) from--;
    if (from > seen) indent = indentFrom(from);
    seen = Math.max(seen, within);
    return indent;
  };
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
const isLineEnd = (code: number): boolean => code === 0x0a || code === 0x0d;
