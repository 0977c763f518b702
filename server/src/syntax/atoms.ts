/** What formatting keeps, tokens and comments in their order, and the blanks that belong between two of them. */
import type { TokenType } from 'chevrotain';
import { lex } from './lexer.ts';
import * as T from './tokens.ts';
import type { Span } from './tree.ts';

export interface Atom extends Span {
  /** Undefined for a comment. */
  readonly type?: TokenType;
  /** A `//` comment. */
  readonly line?: boolean;
}

/** The tokens and comments of a text. Line ends and `;` are none: they stand in the gaps. */
export function atomsOf(text: string): readonly Atom[] {
  const atoms: Atom[] = [];
  let at = 0;
  for (const token of lex(text).tokens) {
    if (token.tokenType === T.End) continue;
    pushComments(text, at, token.startOffset, atoms);
    atoms.push({ from: token.startOffset, to: T.endOf(token), type: token.tokenType });
    at = T.endOf(token);
  }
  pushComments(text, at, text.length, atoms);
  return atoms;
}

/** The blanks between two atoms of one line; `gap` is what stands between them now. */
export function blanksBetween(before: Atom, after: Atom, gap: string): string {
  const { type: left } = before;
  const { type: right } = after;
  if (left === T.LBrace || right === T.RBrace) return ' ';
  if (gap.includes(';')) return '; ';
  if (left === undefined || right === undefined) return ' ';
  if (left === T.LBracket || left === T.DotDot) return '';
  if (right === T.RBracket || right === T.Comma || right === T.DotDot) return '';
  if (right === T.LBracket) return left === T.Word || left === T.Str || left === T.RBracket ? '' : ' ';
  return ' ';
}

/** The comments in a stretch without tokens. */
function pushComments(text: string, from: number, to: number, atoms: Atom[]): void {
  if (to - from < SHORTEST_COMMENT) return;
  for (const found of text.slice(from, to).matchAll(COMMENT)) {
    const start = from + found.index;
    const comment = found[0].trimEnd();
    atoms.push({ from: start, to: start + comment.length, line: comment.startsWith('//') });
  }
}

const COMMENT = /\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const SHORTEST_COMMENT = 2;
