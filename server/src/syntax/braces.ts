/**
 * Braces that do not match. Which one is missing or too many the braces alone cannot say: that would be found at the end
 * of the file, and every block in between would seem to stand in the wrong place. Indentation says it.
 */
import { afterComment, BYTE_ORDER_MARK, isBlank, isLineEnd, QUOTE, SEMICOLON, SLASH } from './characters.ts';
import type { Lexed, TokenSource } from './lexer.ts';
import { stringEnd } from './literals.ts';
import * as T from './tokens.ts';

export interface Braces {
  /** How many `{` there are more than `}`. */
  readonly missing: number;
  /** Every `}` closes a `{` and every `{` is closed. */
  readonly balanced: boolean;
}

/** The braces of a text, counted without reading its tokens. */
export function bracesOf(text: string): Braces {
  let missing = 0;
  let nested = true;
  for (let at = nextBrace(text, 0); at < text.length; at = nextBrace(text, at + 1)) {
    missing += text.charCodeAt(at) === OPEN ? 1 : -1;
    if (missing < 0) nested = false;
  }
  return { missing, balanced: nested && missing === 0 };
}

/**
 * The same tokens with every brace matched: where a `}` is missing, one of no width ends the block before the line that
 * is indented no deeper than its header, or with the text; a `}` too many is a stray token.
 */
export function balance(source: TokenSource, braces: Braces): TokenSource {
  const { text } = source;
  const guided = isIndented(text);
  /** The indentation of the header lines of the blocks that are open. */
  const open: number[] = [];
  const indentOfLine = lineIndents(text);
  let { missing } = braces;
  let last: T.Token | undefined;
  const next = (): readonly T.Token[] => {
    const tokens: T.Token[] = [];
    const slice = source.next();
    for (const token of slice) {
      const indent = guided && startsStatement(last) ? indentOfFirst(text, token.startOffset) : undefined;
      const closes = token.tokenType === T.RBrace;
      if (indent !== undefined) {
        for (; missing > 0 && (open.at(-1) ?? -1) >= indent + (closes ? 1 : 0); missing--) {
          open.pop();
          const at = last === undefined ? source.from : T.endOf(last);
          tokens.push(new T.Token(T.RBrace, '', at, at), new T.Token(T.End, '', at, at));
        }
      }
      if (token.tokenType === T.LBrace) open.push(indentOfLine(token.startOffset));
      if (closes && (open.length === 0 || (missing < 0 && indent !== undefined && indent > (open.at(-1) ?? 0)))) {
        token.become(T.Stray);
        missing++;
      } else if (closes) open.pop();
      tokens.push(token);
      last = token;
    }
    if (slice.length === 0)
      for (; open.length > 0; open.pop()) tokens.push(new T.Token(T.RBrace, '', source.to, source.to));
    return tokens;
  };
  return { ...source, next };
}

/**
 * Whether the braces around two versions of a part of a text are matched in the same way: their lines begin and their
 * blocks open and close alike, and they end alike, so that the line behind them stands as it did.
 */
export function sameLayout(before: Lexed, after: Lexed): boolean {
  if (before.opened !== after.opened || !before.whole || !after.whole) return false;
  const endOfLast = ({ tokens, to }: Lexed) => {
    const last = tokens[tokens.length - 1];
    return last?.tokenType === T.End ? to - T.endOf(last) : undefined;
  };
  const end = endOfLast(before);
  if (end === undefined || end !== endOfLast(after)) return false;
  if (indentOfFirst(before.text, before.to) !== indentOfFirst(after.text, after.to)) return false;
  const layout = layoutOf(before);
  const other = layoutOf(after);
  return layout.length === other.length && layout.every((mark, i) => mark === other[i]);
}

/** What `balance` looks at: the indentation of statements that stand first in their lines, and the braces. */
function layoutOf({ text, tokens }: Lexed): readonly (number | string)[] {
  const indentOfLine = lineIndents(text);
  const marks: (number | string)[] = [];
  let last: T.Token | undefined;
  for (const token of tokens) {
    const indent = startsStatement(last) ? indentOfFirst(text, token.startOffset) : undefined;
    if (indent !== undefined) marks.push(indent);
    if (token.tokenType === T.LBrace) marks.push('{', indentOfLine(token.startOffset));
    else if (token.tokenType === T.RBrace) marks.push('}');
    last = token;
  }
  return marks;
}

/** Most bodies that begin on a new line are indented deeper than their headers. */
function isIndented(text: string): boolean {
  const indentOfLine = lineIndents(text);
  let deeper = 0;
  let others = 0;
  for (let at = nextBrace(text, 0); at < text.length; at = nextBrace(text, at + 1)) {
    const first = nextToken(text, at + 1);
    if (text.charCodeAt(at) !== OPEN || first >= text.length || text.charCodeAt(first) === CLOSE) continue;
    const indent = indentOfFirst(text, first);
    if (indent === undefined) continue;
    if (indent > indentOfLine(at)) deeper++;
    else others++;
  }
  return deeper >= others;
}

/** The next brace that stands in no comment and no string; the text's length where there is none. */
function nextBrace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === OPEN || code === CLOSE) return at;
    if (code === SLASH) at = afterComment(text, at) ?? at + 1;
    else if (code === QUOTE) at = stringEnd(text, at);
    else at++;
  }
  return text.length;
}

/** The next character that is no blank, no comment and ends nothing. */
function nextToken(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isBlank(code) || isLineEnd(code) || code === SEMICOLON || code === BYTE_ORDER_MARK) at++;
    else {
      const after = code === SLASH ? afterComment(text, at) : undefined;
      if (after === undefined) return at;
      at = after;
    }
  }
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

const OPEN = 0x7b;
const CLOSE = 0x7d;
