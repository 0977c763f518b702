/** What may be typed at an offset, from the tokens before it: a half-typed statement has no tree worth asking yet. */
import { lex } from '../syntax/lexer.ts';
import * as T from '../syntax/tokens.ts';
import type { Block, Span, Tree } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import { cursorAt } from './cursor.ts';

export interface CompletionContext {
  readonly wants: Wanted;
  /** What is typed of it already, and what a choice replaces: the rest of the word under the cursor, too. */
  readonly typed: string;
  readonly span: Span;
  /** The innermost block around; undefined at the top level. */
  readonly parent: Located<Block> | undefined;
  /** The statement being typed starts here, in the text. */
  readonly statementStart: number;
}

export type Wanted =
  /** A block or a property. `hotplug` is typed already. `assigned`: a `=` follows the word. */
  | { readonly is: 'statement'; readonly hotplug: boolean; readonly assigned: boolean }
  /** What stands behind a KIND. */
  | { readonly is: 'name'; readonly kind: string }
  | { readonly is: 'type'; readonly kind: string }
  | { readonly is: 'address'; readonly kind: string }
  /** The header is complete but for `at`. */
  | { readonly is: 'more-header'; readonly kind: string }
  | { readonly is: 'value'; readonly key: string; readonly inList: boolean; readonly afterDots: boolean }
  /** In a `// irqtopo-ignore` comment. */
  | { readonly is: 'rule' };

/** undefined where nothing sensible can be offered: in a comment, in a string, behind a finished value. */
export function completionContextAt(tree: Tree, offset: number): CompletionContext | undefined {
  const { text } = tree;
  const { around, statement } = cursorAt(tree, offset);
  const parent = around[around.length - 1];
  const from = statement?.start ?? (parent === undefined ? 0 : parent.start + (parent.node.braces?.from ?? 0) + 1);
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const ignore = /\/\/[ \t]*irqtopo-ignore[ \t]+([a-z0-9-]*)$/.exec(text.slice(lineStart, offset));
  if (ignore !== null) return context({ is: 'rule' }, ignore[1] ?? '', text, offset, parent, from);

  // Of a copy that ends at the cursor: the lexer would read a word to its end.
  const piece = text.slice(from, offset);
  const { tokens, problems } = lex(piece);
  const lastEnd = tokens.reduce((end, token) => (token.tokenType === T.End ? end : T.endOf(token)), 0);
  if (isInComment(piece.slice(lastEnd))) return undefined;
  const open = statementTokens(tokens, piece.length);
  const last = open[open.length - 1];
  const touched = last !== undefined && T.endOf(last) === piece.length ? last : undefined;
  if (touched?.tokenType === T.Str || (touched?.tokenType === T.Bad && piece[touched.startOffset] === '"'))
    return undefined;
  if (problems.some(({ span }) => span.to === piece.length && piece[span.from] === '"')) return undefined;

  const typed = touched === undefined ? '' : (/[A-Za-z0-9_.:-]*$/.exec(touched.image)?.[0] ?? '');
  const before = typed === '' || /^[.:]/.test(typed) ? open : open.slice(0, -1);
  const wants = wantedAfter(before, text.slice(offset));
  return wants && context(wants, typed.replace(/^[.:]+/, ''), text, offset, parent, from);
}

function context(
  wants: Wanted,
  typed: string,
  text: string,
  offset: number,
  parent: Located<Block> | undefined,
  statementStart: number,
): CompletionContext {
  const rest = /^[A-Za-z0-9_-]*/.exec(text.slice(offset, offset + LONGEST_WORD))?.[0].length ?? 0;
  return { wants, typed, span: { from: offset - typed.length, to: offset + rest }, parent, statementStart };
}

/** Words of the language are far shorter; this bounds what is looked through. */
const LONGEST_WORD = 100;

/** The tokens of the statement that is open at the end of `tokens`. */
function statementTokens(tokens: readonly T.Token[], offset: number): readonly T.Token[] {
  // The end of the text that was read ends the statement, too; that is no line end yet.
  const written = tokens.filter((token) => token.tokenType !== T.End || T.endOf(token) > token.startOffset);
  const end = written.findLastIndex((token) => token.tokenType === T.End && T.endOf(token) <= offset);
  return written.slice(end + 1);
}

const isInComment = (gap: string): boolean => /\/\/[^\r\n]*$/.test(gap) || /\/\*(?:(?!\*\/)[\s\S])*$/.test(gap);

/** What can follow these tokens of a statement. `rest`: the text behind the cursor. */
function wantedAfter(tokens: readonly T.Token[], rest: string): Wanted | undefined {
  const [first, second] = tokens;
  const last = tokens[tokens.length - 1];
  const assigned = /^[A-Za-z0-9_-]*[ \t]*=/.test(rest);
  if (first === undefined || last === undefined) return { is: 'statement', hotplug: false, assigned };
  if (second?.tokenType === T.Equals) return wantedInValue(first.image, tokens.slice(2));
  // Before its KIND is typed the lexer takes `hotplug` for a word.
  const hotplug = first.tokenType === T.Hotplug || (first.image === 'hotplug' && second === undefined);
  const header = hotplug ? tokens.slice(1) : tokens;
  const kind = header[0]?.image;
  if (kind === undefined) return { is: 'statement', hotplug: true, assigned: false };
  if (first.tokenType === T.Include || header.some((token) => token.tokenType === T.LBrace)) return undefined;
  if (header.length === 1) return { is: 'name', kind };
  if (last.tokenType === T.Colon) return { is: 'type', kind };
  if (isAt(last)) return { is: 'address', kind };
  const closed = last.tokenType !== T.LBracket && last.tokenType !== T.DotDot;
  return closed && !header.some(isAt) ? { is: 'more-header', kind } : undefined;
}

/** `at` before an ADDRESS is a keyword; while that is not typed yet, the lexer takes it for a word. */
const isAt = (token: T.Token): boolean => token.tokenType === T.At || token.image === 'at';

function wantedInValue(key: string, value: readonly T.Token[]): Wanted | undefined {
  const last = value[value.length - 1];
  const count = (type: T.Token['tokenType']) => value.filter((token) => token.tokenType === type).length;
  const inList = count(T.LBracket) > count(T.RBracket);
  const starts = last === undefined || last.tokenType === T.Comma || last.tokenType === T.LBracket;
  const afterDots = last?.tokenType === T.DotDot;
  return starts || afterDots ? { is: 'value', key, inList, afterDots } : undefined;
}
