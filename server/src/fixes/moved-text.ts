/** Statements on their way to another place: their text, and what is left where they stood. */
import { applyEdits, insertBeside, removeStatement, textOf } from '../syntax/edits.ts';
import {
  attachedFrom,
  endOf,
  isLineEnd,
  lineStartOf,
  ownsLines,
  reindented,
  tokensFrom,
  tokensTo,
} from '../syntax/layout.ts';
import type { Block, Span, Statement, TextEdit, Tree } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';

/** A statement's text with its comments and with edits inside it made, as lines without indentation. */
export function editedText(tree: Tree, statement: Located, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return textOf(tree, statement);
  const { text } = tree;
  const own = ownsLines(text, statement);
  const from = own ? attachedFrom(text, statement) : tokensFrom(statement);
  const to = own && isLineEnd(text[endOf(statement) - 1]) ? endOf(statement) : tokensTo(statement);
  const shifted = edits.map((edit) => ({ ...edit, from: edit.from - from, to: edit.to - from }));
  return reindented(applyEdits(text.slice(from, to), shifted).trimEnd(), '', '\n');
}

/** Takes a part of a block's header out, with the blanks before it. */
export function dropPart({ text }: Tree, block: Located<Block>, part: Span): TextEdit {
  let from = block.start + part.from;
  while (text[from - 1] === ' ' || text[from - 1] === '\t') from--;
  return { from, to: block.start + part.to, text: '' };
}

/** Takes out `at` and the address after it. */
export function dropAt(tree: Tree, block: Located<Block>): readonly TextEdit[] {
  const { at } = block.node;
  if (at === undefined) return [];
  return [dropPart(tree, block, { from: at.keyword.from, to: at.value?.span.to ?? at.keyword.to })];
}

/** Takes out the `[n]` that makes a declaration an array. */
export function dropCount(block: Located<Block>): readonly TextEdit[] {
  const { name } = block.node;
  const [index] = name?.indexes ?? [];
  if (index === undefined) return [];
  return [{ from: block.start + index.span.from, to: block.start + index.span.to, text: '' }];
}

/**
 * Takes statements of one body out, each with its comments and its lines, and the empty lines that would be left over:
 * at the start or the end of the body, or doubled.
 */
export function takeOut(tree: Tree, statements: readonly Located[]): readonly TextEdit[] {
  const removals = joinedRemovals(
    tree.text,
    statements.flatMap((statement) => removeStatement(tree, statement)),
  );
  return removals.map((removal) => withoutGap(tree.text, removal));
}

/** Takes statements out of a block, and the braces, too, where nothing is left between them. */
export function takeOutOf(tree: Tree, block: Located<Block>, statements: readonly Located[]): readonly TextEdit[] {
  const { braces, body } = block.node;
  const all = body?.statements.every(
    (node) => statements.some((statement) => statement.node === node) || isEmpty(node),
  );
  const comment = braces && /\/[/*]/.test(tree.text.slice(block.start + braces.from, block.start + braces.to));
  return all && braces && !comment ? [dropPart(tree, block, braces)] : takeOut(tree, statements);
}

const isEmpty = ({ node }: Statement): boolean => node === 'blank';

/** Removals that touch, or have blanks alone between them, would each leave a gap of their own. */
function joinedRemovals(text: string, removals: readonly TextEdit[]): readonly TextEdit[] {
  const sorted = [...removals].sort((a, b) => a.from - b.from);
  const out: TextEdit[] = [];
  for (const removal of sorted) {
    const last = out.at(-1);
    if (last !== undefined && text.slice(last.to, removal.from).trim() === '')
      out[out.length - 1] = { ...last, to: Math.max(last.to, removal.to) };
    else out.push(removal);
  }
  return out;
}

function withoutGap(text: string, edit: TextEdit): TextEdit {
  if (lineStartOf(text, edit.from) !== edit.from || !(isLineEnd(text[edit.to - 1]) || text[edit.to] === '}'))
    return edit;
  const gapBefore = blankLinesBefore(text, edit.from);
  const gapAfter = blankLinesAfter(text, edit.to);
  const next = text.slice(gapAfter, gapAfter + MOST_BLANKS).trimStart();
  if (next.startsWith('}') || next === '') return { ...edit, from: gapBefore };
  const opens = gapBefore === 0 || opensBlock(text.slice(lineStartOf(text, gapBefore - 1), gapBefore));
  if (opens || (gapBefore < edit.from && gapAfter > edit.to)) return { ...edit, to: gapAfter };
  return edit;
}

const opensBlock = (line: string): boolean =>
  line
    .replace(/\/\/.*|\/\*.*/, '')
    .trimEnd()
    .endsWith('{');

/** Where the empty lines before the start of a line begin. */
function blankLinesBefore(text: string, lineStart: number): number {
  let at = lineStart;
  while (at > 0) {
    const end = text[at - 1] === '\n' && text[at - 2] === '\r' ? at - 2 : at - 1;
    const start = lineStartOf(text, end);
    if (text.slice(start, end).trim() !== '') return at;
    at = start;
  }
  return at;
}

/** Where the empty lines from the start of a line on end. */
function blankLinesAfter(text: string, lineStart: number): number {
  const blank = /^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(text.slice(lineStart, lineStart + MOST_BLANKS));
  return lineStart + (blank?.[0].length ?? 0);
}

/** Empty lines are looked for in this many characters at most. */
const MOST_BLANKS = 4096;

/** Other statements, given as text, in the place of one and its comments. */
export function replaceStatement(tree: Tree, statement: Located, statements: string): readonly TextEdit[] {
  const { text } = tree;
  if (!ownsLines(text, statement)) {
    return [{ from: tokensFrom(statement), to: tokensTo(statement), text: statements.split('\n').join(' ') }];
  }
  const ends = isLineEnd(text[endOf(statement) - 1]);
  return insertBeside(tree, statement, statements, 'before').map((inserted) => ({
    from: attachedFrom(text, statement),
    to: ends ? endOf(statement) : tokensTo(statement),
    text: ends ? inserted.text : inserted.text.trimEnd(),
  }));
}
