/** Where statements stand on their lines: what an edit needs to know to keep a text in shape. */
import type { Block, Tree } from './tree.ts';
import { bodyOf, type Located, located } from './walk.ts';

/** One level. */
export const INDENT = '  ';
/** A block stays on one line up to this width. */
export const LINE_WIDTH = 120;

/** The line ends of a text: \r\n where all of them are. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  let at = text.indexOf('\n');
  if (at < 0) return '\n';
  for (; at >= 0; at = text.indexOf('\n', at + 1)) if (text[at - 1] !== '\r') return '\n';
  return '\r\n';
}

/** The absolute offset of a statement's first token, and that behind its last one. */
export const tokensFrom = ({ node, start }: Located): number => start + node.span.from;
export const tokensTo = ({ node, start }: Located): number => start + node.span.to;

/** Where the statement ends with everything it owns: its comments behind it and its line end. */
export const endOf = ({ node, start }: Located): number => start + node.width;

/** The blanks at the start of the line that an offset is in. */
export function indentAt(text: string, offset: number): string {
  const from = lineStartOf(text, offset);
  let to = from;
  while (text[to] === ' ' || text[to] === '\t') to++;
  return text.slice(from, to);
}

/** The start of the line that an offset is in. */
export function lineStartOf(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isLineEnd(text[at - 1])) at--;
  return at;
}

/** Only blanks stand before it on its line. */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(lineStartOf(text, offset), offset).trim() === '';
}

/**
 * Where a statement begins together with the comments on the lines directly before it: the start of a line, or its first
 * token where it shares its line with what is before it.
 */
export function attachedFrom(text: string, statement: Located): number {
  const { start } = statement;
  const tokens = tokensFrom(statement);
  let from = start;
  if (start > 0 && !isLineEnd(text[start - 1])) {
    const rest = LINE_BREAK.exec(text.slice(start, tokens));
    if (rest === null) return tokens;
    from = start + rest.index + rest[0].length;
  }
  const lines = from;
  for (const blank of text.slice(lines, tokens).matchAll(BLANK_LINES)) from = lines + blank.index + blank[0].length;
  return from;
}

/** It has its lines for itself: nothing else before it or behind it on them. */
export function ownsLines(text: string, statement: Located): boolean {
  if (!startsLine(text, tokensFrom(statement))) return false;
  const end = endOf(statement);
  return isLineEnd(text[end - 1]) || end >= text.length || text[end] === '}';
}

/** The statements of a block, without the blanks at its end. */
export function statementsIn(block: Located<Block>): readonly Located[] {
  const inner = bodyOf(block);
  if (inner === undefined) return [];
  return [...located(inner.body, inner.start)].filter(({ node }) => node.node !== 'blank');
}

/** The braces and all between them stand on one line. */
export function isOneLine(tree: Tree, block: Located<Block>): boolean {
  const { braces } = block.node;
  return braces !== undefined && !hasLineEnd(tree.text.slice(block.start + braces.from, block.start + braces.to));
}

/** The indentation of the statements in a block: theirs, or one level more than the block's. */
export function indentInside(tree: Tree, block: Located<Block>): string {
  const first = statementsIn(block).find((statement) => startsLine(tree.text, tokensFrom(statement)));
  if (first !== undefined) return indentAt(tree.text, tokensFrom(first));
  return indentAt(tree.text, tokensFrom(block)) + INDENT;
}

/** Lines with their common indentation replaced by this one. */
export function reindented(lines: string, indent: string, lineEnd: string): string {
  const split = lines.split(LINE_BREAK);
  const common = Math.min(
    ...split.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  );
  return split.map((line) => (line.trim() === '' ? '' : indent + line.slice(common))).join(lineEnd);
}

export const hasLineEnd = (text: string): boolean => /[\r\n]/.test(text);
export const isLineEnd = (char: string | undefined): boolean => char === '\n' || char === '\r';

export const LINE_BREAK = /\r\n|\r|\n/;
/** Lines of blanks only, from the start of a line on. */
const BLANK_LINES = /(?<=^|\n|\r(?!\n))[ \t]*(?:\r\n|\r|\n)/g;
