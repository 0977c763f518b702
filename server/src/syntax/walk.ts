/** Ways through a tree. Statements know no absolute position; here they get one. */
import type { TokenType } from 'chevrotain';
import { lex } from './lexer.ts';
import * as T from './tokens.ts';
import type { Block, Body, Span, Statement, Tree } from './tree.ts';

/** A statement and its absolute start; spans inside it count from there. */
export interface Located<T extends Statement = Statement> {
  readonly node: T;
  readonly start: number;
}

/** A span of a statement as absolute offsets. */
export function spanOf(start: number, span: Span): Span {
  return { from: start + span.from, to: start + span.to };
}

/** The body of a block and its absolute start. */
export function bodyOf({ node, start }: Located<Block>): { readonly body: Body; readonly start: number } | undefined {
  if (node.body === undefined || node.braces === undefined) return undefined;
  return { body: node.body, start: start + node.braces.from + 1 };
}

/** The statements of a body that starts at an absolute offset. */
export function* located(body: Body, start: number): Generator<Located> {
  for (const [i, node] of body.statements.entries()) yield { node, start: start + (body.starts[i] ?? 0) };
}

/**
 * The statements around an offset, from the top level to the deepest. An offset between two statements is in the second
 * one: a statement owns its line end, so the cursor at the end of a line is still in that line's.
 */
export function pathAt(tree: Tree, offset: number): readonly Located[] {
  const path: Located[] = [];
  let body: Body | undefined = tree.root;
  let start = 0;
  while (body !== undefined) {
    const index = indexAt(body, offset - start);
    const node: Statement | undefined = body.statements[index];
    if (node === undefined) break;
    const here: Located = { node, start: start + (body.starts[index] ?? 0) };
    path.push(here);
    const inner: ReturnType<typeof bodyOf> = isBlock(here) ? bodyOf(here) : undefined;
    if (inner === undefined || offset < inner.start || offset > inner.start + inner.body.width) break;
    body = inner.body;
    start = inner.start;
  }
  return path;
}

/** The deepest block whose braces are around an offset, or undefined at the top level. */
export function blockAt(tree: Tree, offset: number): Located<Block> | undefined {
  return pathAt(tree, offset)
    .filter(isBlock)
    .findLast((block) => {
      const inner = bodyOf(block);
      return inner !== undefined && inner.start <= offset && offset <= inner.start + inner.body.width;
    });
}

/** Whether this is a block, for the type checker too. */
export function isBlock(statement: Located): statement is Located<Block> {
  return statement.node.node === 'block';
}

/**
 * Visits the statements of a body in the order of the text, those inside a block after it.
 * @param visit answers false to leave out what is inside
 */
export function walk(
  body: Body,
  start: number,
  visit: (statement: Located, parents: readonly Located<Block>[]) => boolean | undefined,
): void {
  const parents: Located<Block>[] = [];
  const go = (inside: Body, from: number): void => {
    for (const statement of located(inside, from)) {
      if (visit(statement, parents) === false || !isBlock(statement)) continue;
      const inner = bodyOf(statement);
      if (inner === undefined) continue;
      parents.push(statement);
      go(inner.body, inner.start);
      parents.pop();
    }
  };
  go(body, start);
}

export type TokenKind = 'word' | 'key' | 'keyword' | 'number' | 'size' | 'address' | 'string' | 'punctuation' | 'bad';

export interface TokenSpan extends Span {
  readonly kind: TokenKind;
}

/** The tokens of a text or of one of its statements, in order, with absolute offsets; no comments and no line ends. */
export function tokensOf(text: string, from = 0, to = text.length): readonly TokenSpan[] {
  return lex(text, from, to)
    .tokens.filter((token) => token.tokenType !== T.End)
    .map((token) => ({
      kind: KINDS.get(token.tokenType) ?? 'punctuation',
      from: token.startOffset,
      to: T.endOf(token),
    }));
}

/** The token that an offset is in or at the end of; of two that meet there, the one that is no punctuation. */
export function tokenAt(tree: Tree, offset: number): TokenSpan | undefined {
  const statement = pathAt(tree, offset).at(-1);
  if (statement === undefined) return undefined;
  const near = tokensOf(tree.text, statement.start, statement.start + statement.node.width).filter(
    ({ from, to }) => from <= offset && offset <= to,
  );
  return near.find((token) => token.kind !== 'punctuation') ?? near.at(-1);
}

const KINDS: ReadonlyMap<TokenType, TokenKind> = new Map([
  [T.Word, 'word'],
  [T.Key, 'key'],
  [T.Include, 'keyword'],
  [T.Hotplug, 'keyword'],
  [T.At, 'keyword'],
  [T.Num, 'number'],
  [T.Size, 'size'],
  [T.Address, 'address'],
  [T.Str, 'string'],
  [T.Bad, 'bad'],
]);

/** The last statement that starts at an offset or before it. */
function indexAt(body: Body, offset: number): number {
  let low = 0;
  let high = body.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((body.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}
