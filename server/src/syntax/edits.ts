/**
 * Edits of a text, made from what is to change in its tree. Comments and layout around the change stay. Statements are
 * given and found with their absolute start (./walk.ts); all offsets count in the tree's text.
 */
import {
  attachedFrom,
  endOf,
  hasLineEnd,
  INDENT,
  indentAt,
  indentInside,
  isLineEnd,
  isOneLine,
  LINE_BREAK,
  LINE_WIDTH,
  lineEndOf,
  lineStartOf,
  ownsLines,
  reindented,
  statementsIn,
  tokensFrom,
  tokensTo,
} from './layout.ts';
import type { Block, Property, Span, TextEdit, Tree } from './tree.ts';
import { bodyOf, type Located, located, spanOf } from './walk.ts';

/** The text after these edits: offsets all count in the text given, and no two overlap. Insertions at one place keep their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from || a.to - b.to)) {
    pieces.push(text.slice(at, edit.from), edit.text);
    at = Math.max(at, edit.to);
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

/** Another text in place of a span of a statement. */
export function replaceSpan(statement: Located, span: Span, text: string): TextEdit {
  return { ...spanOf(statement.start, span), text };
}

/** The property of a block with this key, if it has one. */
export function propertyIn(block: Located<Block>, key: string): Located<Property> | undefined {
  for (const { node, start } of statementsIn(block)) {
    if (node.node === 'property' && node.key.text === key) return { node, start };
  }
  return undefined;
}

/** Gives a block this property, in place of the value it has, or after its last property, with braces where it had none. */
export function setProperty(tree: Tree, block: Located<Block>, key: string, value: string): readonly TextEdit[] {
  const property = propertyIn(block, key);
  if (property !== undefined) {
    const { equals, value: old } = property.node;
    return [
      old.is === 'missing' ? replaceSpan(property, equals, `= ${value}`) : replaceSpan(property, old.span, value),
    ];
  }
  const line = `${key} = ${value}`;
  const last = statementsIn(block).findLast(({ node }) => node.node === 'property');
  if (last === undefined) return insertInto(tree, block, line, 'first');
  // A block that shares its line stays on it: unfolding it alone would break the line in its middle.
  const unfolds = isOneLine(tree, block) && ownsLines(tree.text, block);
  const fits = !unfolds || fitsWith(tree, block, line);
  return fits ? insertBeside(tree, last, line, 'after') : insertInto(tree, block, line, 'last');
}

/** Takes a statement out, with the comments before it and its line. */
export function removeStatement(tree: Tree, statement: Located): readonly TextEdit[] {
  const { text } = tree;
  if (ownsLines(text, statement)) {
    const from = attachedFrom(text, statement);
    const end = endOf(statement);
    if (isLineEnd(text[end - 1]) || text[end] !== '}') return [{ from, to: end, text: '' }];
    return [{ from, to: tokensTo(statement), text: '' }];
  }
  const from = tokensFrom(statement);
  const to = tokensTo(statement);
  const behind = /^[ \t]*;[ \t]*/.exec(text.slice(to, endOf(statement) + 1));
  const before = /;[ \t]*$/.exec(text.slice(lineStartOf(text, from), from));
  if (behind !== null && !isLineEnd(text[to + behind[0].length]))
    return [{ from, to: to + behind[0].length, text: '' }];
  return [{ from: before === null ? from : from - before[0].length, to, text: '' }];
}

/** Puts statements, given as text, at the start or the end of a block's body, with braces where it had none. */
export function insertInto(
  tree: Tree,
  block: Located<Block>,
  statements: string,
  where: 'first' | 'last',
): readonly TextEdit[] {
  const { text } = tree;
  const inner = bodyOf(block);
  const lineEnd = lineEndOf(text);
  const inside = reindented(statements, indentInside(tree, block), lineEnd);
  const closing = indentAt(text, tokensFrom(block));
  if (inner === undefined) {
    const oneLine = !needsLines(statements) && fitsWith(tree, block, statements);
    const body = oneLine ? ` { ${statements.trim()} }` : ` {${lineEnd}${inside}${lineEnd}${closing}}`;
    return [{ from: tokensTo(block), to: tokensTo(block), text: body }];
  }
  const present = statementsIn(block);
  if (isOneLine(tree, block)) {
    const commented = present.length === 0 && text.slice(inner.start, inner.start + inner.body.width).trim() !== '';
    const fits = !needsLines(statements) && fitsWith(tree, block, statements);
    if (!fits || commented) return [unfolded(tree, block, statements, where)];
    const neighbour = where === 'first' ? present[0] : present.at(-1);
    if (neighbour !== undefined)
      return insertBeside(tree, neighbour, statements, where === 'first' ? 'before' : 'after');
    return [{ from: inner.start, to: inner.start + inner.body.width, text: ` ${statements.trim()} ` }];
  }
  const neighbour = where === 'first' ? present[0] : present.at(-1);
  if (neighbour !== undefined && (where === 'last' || ownsLines(text, neighbour))) {
    return insertBeside(tree, neighbour, statements, where === 'first' ? 'before' : 'after');
  }
  const headerLine = LINE_BREAK.exec(text.slice(inner.start, inner.start + inner.body.width));
  if (headerLine === null || neighbour !== undefined) {
    const rest = neighbour === undefined ? closing : indentInside(tree, block);
    return [{ from: inner.start, to: inner.start, text: `${lineEnd}${inside}${lineEnd}${rest}` }];
  }
  const at = inner.start + headerLine.index + headerLine[0].length;
  return [{ from: at, to: at, text: `${inside}${lineEnd}` }];
}

/** Puts statements, given as text, before or after a statement: on lines of their own, or on its line where it shares it. */
export function insertBeside(
  tree: Tree,
  statement: Located,
  statements: string,
  where: 'before' | 'after',
): readonly TextEdit[] {
  const { text } = tree;
  const from = tokensFrom(statement);
  const to = tokensTo(statement);
  const lineEnd = lineEndOf(text);
  const lines = reindented(statements, indentAt(text, from), lineEnd);
  if (!ownsLines(text, statement)) {
    const own = lines.trim();
    const next = needsLines(statements) ? lineEnd + indentAt(text, from) : undefined;
    if (where === 'before') return [{ from, to: from, text: own + (next ?? '; ') }];
    return [{ from: to, to, text: `; ${own}${next ?? ''}` }];
  }
  if (where === 'before') {
    const at = attachedFrom(text, statement);
    return [{ from: at, to: at, text: `${lines}${lineEnd}` }];
  }
  const end = endOf(statement);
  if (isLineEnd(text[end - 1])) return [{ from: end, to: end, text: `${lines}${lineEnd}` }];
  const at = text[end] === '}' ? to : end;
  return [{ from: at, to: at, text: `${lineEnd}${lines}` }];
}

/** Puts statements, given as text, at the end of the file, after an empty line. */
export function appendToFile(tree: Tree, statements: string): readonly TextEdit[] {
  const { text } = tree;
  const lineEnd = lineEndOf(text);
  const at = text.length;
  const gap = text === '' ? '' : isLineEnd(text[at - 1]) ? lineEnd : lineEnd + lineEnd;
  return [{ from: at, to: at, text: `${gap}${reindented(statements, '', lineEnd)}${lineEnd}` }];
}

/**
 * Puts a new block around statements that follow each other in one body.
 * @param header what stands before its brace: `root-port rp9 at 03.0`
 */
export function wrap(tree: Tree, statements: readonly Located[], header: string): readonly TextEdit[] {
  const { text } = tree;
  const first = statements[0];
  const last = statements.at(-1);
  if (first === undefined || last === undefined) return [];
  if (!ownsLines(text, first) || !ownsLines(text, last)) {
    const from = tokensFrom(first);
    return [
      { from, to: from, text: `${header} { ` },
      { from: tokensTo(last), to: tokensTo(last), text: ' }' },
    ];
  }
  const lineEnd = lineEndOf(text);
  const indent = indentAt(text, tokensFrom(first));
  const from = attachedFrom(text, first);
  const to = isLineEnd(text[endOf(last) - 1]) ? endOf(last) : tokensTo(last);
  const closing = isLineEnd(text[to - 1]) ? `${indent}}${lineEnd}` : `${lineEnd}${indent}}`;
  const deeper: TextEdit[] = [];
  for (let at = from; at < to; at = nextLine(text, at)) {
    if (!isLineEnd(text[at])) deeper.push({ from: at, to: at, text: INDENT });
  }
  const head = { from, to: from, text: `${indent}${header} {${lineEnd}` };
  return [head, ...deeper, { from: to, to, text: closing }];
}

/** Takes statements from where they are, with the comments before them, to the end of another block's body. */
export function moveInto(tree: Tree, statements: readonly Located[], block: Located<Block>): readonly TextEdit[] {
  const moved = statements.map((statement) => textOf(tree, statement)).join('\n');
  return [
    ...insertInto(tree, block, moved, 'last'),
    ...statements.flatMap((statement) => removeStatement(tree, statement)),
  ];
}

/** A statement's text with the comments that belong to it, as lines without indentation. */
export function textOf(tree: Tree, statement: Located): string {
  const { text } = tree;
  const own = ownsLines(text, statement);
  const from = own ? attachedFrom(text, statement) : tokensFrom(statement);
  const to = own && isLineEnd(text[endOf(statement) - 1]) ? endOf(statement) : tokensTo(statement);
  return reindented(text.slice(from, to).trimEnd(), '', '\n');
}

/** A one-line block on several lines, with statements added. */
function unfolded(tree: Tree, block: Located<Block>, statements: string, where: 'first' | 'last'): TextEdit {
  const { text } = tree;
  const lineEnd = lineEndOf(text);
  const outer = indentAt(text, tokensFrom(block));
  const inner = bodyOf(block);
  const present = (inner === undefined ? [] : [...located(inner.body, inner.start)])
    .map((statement) => text.slice(statement.start, endOf(statement)).trim().replace(/;$/, '').trimEnd())
    .filter((one) => one !== '');
  const all = where === 'first' ? [statements, ...present] : [...present, statements];
  const lines = all.map((one) => reindented(one, outer + INDENT, lineEnd));
  const from = inner?.start ?? tokensTo(block);
  return { from, to: from + (inner?.body.width ?? 0), text: ['', ...lines, outer].join(lineEnd) };
}

/** It cannot share a line with what comes after it. */
const needsLines = (statements: string): boolean => hasLineEnd(statements) || statements.includes('//');

/** Whether the line of a block stays narrow enough with this added. */
function fitsWith(tree: Tree, block: Located<Block>, added: string): boolean {
  const width = tokensTo(block) - lineStartOf(tree.text, tokensFrom(block));
  return width + added.length + ' { }; '.length <= LINE_WIDTH;
}

function nextLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text[at])) at++;
  return at + (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1);
}
