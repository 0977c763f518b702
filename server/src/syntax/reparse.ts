/**
 * The tree after an edit, without reading the rest of the text again. A statement starts with a clean slate (no open
 * list, no open comment), so the statements that an edit touches can be read alone, between one neighbour on each side,
 * as long as what comes out ends where the old statements ended.
 */

import { sameLayout } from './braces.ts';
import { lex } from './lexer.ts';
import { MAX_DEPTH, MAX_TEXT_LENGTH, parse, parseBody } from './parser.ts';
import { End, endOf } from './tokens.ts';
import type { Block, Body, Statement, SyntaxProblem, TextEdit, Tree } from './tree.ts';

/** More edits than this at once (a replacement in the whole file) are cheaper as one. */
const MAX_SINGLE_EDITS = 16;

/**
 * The tree after these edits, equal to a full parse of the text they make. Statements that none of them touches are the
 * same objects as before.
 * @param edits one after the other: the offsets of each count on the edits before it
 * @param text the text they make, where it is known already
 */
export function reparse(tree: Tree, edits: readonly TextEdit[], text?: string): Tree {
  if (edits.length > MAX_SINGLE_EDITS) {
    const made = text ?? edits.reduce(edited, tree.text);
    return edits.length === 0 ? tree : afterEdit(tree, diffEdit(tree.text, made), made);
  }
  return edits.reduce((before, edit, i) => {
    return afterEdit(before, edit, text !== undefined && i === edits.length - 1 ? text : edited(before.text, edit));
  }, tree);
}

/** The one edit that makes the new text of the old: all between their common beginning and end. */
export function diffEdit(oldText: string, newText: string): TextEdit {
  const shorter = Math.min(oldText.length, newText.length);
  let from = 0;
  while (from < shorter && oldText.charCodeAt(from) === newText.charCodeAt(from)) from++;
  let same = 0;
  const rest = shorter - from;
  while (
    same < rest &&
    oldText.charCodeAt(oldText.length - 1 - same) === newText.charCodeAt(newText.length - 1 - same)
  ) {
    same++;
  }
  return { from, to: oldText.length - same, text: newText.slice(from, newText.length - same) };
}

const edited = (text: string, edit: TextEdit): string => text.slice(0, edit.from) + edit.text + text.slice(edit.to);

function afterEdit(tree: Tree, edit: TextEdit, text: string): Tree {
  const root =
    Math.max(text.length, tree.text.length) <= MAX_TEXT_LENGTH
      ? editBody(tree.root, 0, 0, { ...edit, delta: text.length - tree.text.length, made: text, tree })
      : undefined;
  if (root !== undefined) return { text, root, balanced: tree.balanced };
  const full = parse(text);
  return { ...full, root: reuse(tree.root, full.root, edit.from, tree.root.width - edit.to) };
}

interface Edit extends TextEdit {
  /** By how much the text grows. */
  readonly delta: number;
  /** The text after the edit. */
  readonly made: string;
  /** The file before the edit. */
  readonly tree: Tree;
}

/** The body after an edit within it, or undefined where what the edit does is not over at its end. */
function editBody(body: Body, start: number, depth: number, edit: Edit): Body | undefined {
  const from = edit.from - start;
  const to = edit.to - start;
  const first = firstEndingAt(body, from);
  let last = Math.max(first, lastStartingAt(body, to));
  const only = first === last || body.starts[last] === to ? body.statements[first] : undefined;
  if (only?.node === 'block' && depth < MAX_DEPTH) {
    const block = editBlock(only, start + (body.starts[first] ?? 0), depth, edit);
    if (block !== undefined) return splice(body, first, first + 1, [block], edit.delta);
  }
  last = Math.min(last + 1, body.statements.length - 1);
  return editStatements(body, start, depth, edit, Math.max(first - 1, 0), last);
}

/** The block after an edit inside its braces. */
function editBlock(block: Block, start: number, depth: number, edit: Edit): Block | undefined {
  const { braces, body, span } = block;
  if (braces === undefined || body === undefined) return undefined;
  const inside = start + braces.from + 1;
  if (edit.from < inside || edit.to > inside + body.width) return undefined;
  const newBody = editBody(body, inside, depth + 1, edit);
  if (newBody === undefined) return undefined;
  const shift = (problem: SyntaxProblem): SyntaxProblem => {
    const { from, to } = problem.span;
    return from < braces.to - 1 ? problem : { ...problem, span: { from: from + edit.delta, to: to + edit.delta } };
  };
  return {
    ...block,
    // What is behind the closing brace moves with it.
    problems: block.problems.length === 0 ? block.problems : block.problems.map(shift),
    width: block.width + edit.delta,
    span: { from: span.from, to: span.to + edit.delta },
    braces: { from: braces.from, to: braces.to + edit.delta },
    body: newBody,
  };
}

/** The body with the statements first … last read again. */
function editStatements(
  body: Body,
  start: number,
  depth: number,
  edit: Edit,
  first: number,
  last: number,
): Body | undefined {
  const from = start + (body.starts[first] ?? 0);
  const to = start + endAt(body, last) + edit.delta;
  const next = body.statements[last + 1];
  // A `{` at the start of a line may belong to the header before it.
  if (next?.node === 'unknown' && edit.made.charCodeAt(to + next.span.from) === OPENING_BRACE) return undefined;
  const lexed = lex(edit.made, from, to);
  if (!lexed.whole || !lexed.balanced || lexed.tooMany) return undefined;
  if (edit.tree.balanced !== true) {
    // Braces that lack a partner are matched by the whole text, which is the same to them as long as this part is.
    if (!body.statements.slice(first, last + 1).every(isTidy)) return undefined;
    if (!sameLayout(lex(edit.tree.text, from, to - edit.delta), lexed)) return undefined;
  }
  if (next !== undefined) {
    const end = lexed.tokens[lexed.tokens.length - 1];
    if (end === undefined || end.tokenType !== End || endOf(end) !== to) return undefined;
  }
  const before = body.statements.slice(first, last + 1);
  const after = parseBody(lexed, depth).statements;
  const untouched = kept(before, after, edit.from - from, to - edit.delta - edit.to);
  return splice(body, first, last + 1, untouched, edit.delta);
}

/** New statements, with the old ones in the place of those that the edit has not touched. */
function kept(
  before: readonly Statement[],
  after: readonly Statement[],
  head: number,
  tail: number,
): readonly Statement[] {
  const statements = [...after];
  let width = 0;
  let front = 0;
  for (; front < Math.min(before.length, after.length); front++) {
    const old = before[front];
    width += old?.width ?? 0;
    if (old === undefined || old.width !== after[front]?.width || width > head) break;
    statements[front] = old;
  }
  width = 0;
  for (let back = 1; back <= Math.min(before.length, after.length) - front; back++) {
    const old = before[before.length - back];
    width += old?.width ?? 0;
    if (old === undefined || old.width !== after[after.length - back]?.width || width > tail) break;
    statements[after.length - back] = old;
  }
  return statements;
}

/** The body with the statements from … to - 1 replaced. */
function splice(body: Body, from: number, to: number, statements: readonly Statement[], delta: number): Body {
  let at = body.starts[from] ?? 0;
  const starts = body.starts.slice(0, from);
  for (const { width } of statements) {
    starts.push(at);
    at += width;
  }
  for (let i = to; i < body.starts.length; i++) starts.push((body.starts[i] ?? 0) + delta);
  const all = body.statements.slice(0, from);
  for (const statement of statements) all.push(statement);
  for (let i = to; i < body.statements.length; i++) {
    const statement = body.statements[i];
    if (statement !== undefined) all.push(statement);
  }
  return { statements: all, starts, width: body.width + delta };
}

/**
 * A body read in full, with the old statements in the place of new ones that are equal: those before and after the edit,
 * `head` and `tail` characters away from the ends of the body, in which no brace lacks its partner. (Where one does, the
 * whole text decides what belongs together.)
 */
function reuse(old: Body, body: Body, head: number, tail: number): Body {
  const statements = [...body.statements];
  const count = Math.min(old.statements.length, statements.length);
  let front = 0;
  while (front < count) {
    const before = old.statements[front];
    const after = statements[front];
    if (before === undefined || after === undefined || before.width !== after.width || endAt(old, front) > head) break;
    if (!isTidy(before) || !isTidy(after)) break;
    statements[front++] = before;
  }
  let back = 0;
  while (back < count - front) {
    const before = old.statements[old.statements.length - 1 - back];
    const after = statements[statements.length - 1 - back];
    const start = old.starts[old.statements.length - 1 - back] ?? 0;
    if (before === undefined || after === undefined || before.width !== after.width || old.width - start > tail) break;
    if (!isTidy(before) || !isTidy(after)) break;
    statements[statements.length - 1 - back++] = before;
  }
  const before = old.statements[front];
  const after = statements[front];
  if (before?.node === 'block' && after?.node === 'block' && after.body !== undefined && before.body !== undefined) {
    const inside = (old.starts[front] ?? 0) + (before.braces?.from ?? 0) + 1;
    const headInside = head - inside;
    const tailInside = tail - (old.width - inside - before.body.width);
    if (before.braces?.from === after.braces?.from && headInside >= 0) {
      statements[front] = { ...after, body: reuse(before.body, after.body, headInside, Math.max(0, tailInside)) };
    }
  }
  return { ...body, statements };
}

/** All braces in it have their partners. */
function isTidy(statement: Statement): boolean {
  if (statement.node === 'unknown') return false;
  return statement.node !== 'block' || (statement.closed && (statement.body?.statements.every(isTidy) ?? true));
}

const endAt = (body: Body, index: number): number => body.starts[index + 1] ?? body.width;

/** The first statement that ends at an offset or after it; 0 in an empty body. */
function firstEndingAt(body: Body, offset: number): number {
  let low = 0;
  let high = Math.max(0, body.statements.length - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endAt(body, middle) >= offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last statement that starts at an offset or before it; 0 in an empty body. */
function lastStartingAt(body: Body, offset: number): number {
  let low = 0;
  let high = Math.max(0, body.statements.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((body.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const OPENING_BRACE = 0x7b;
