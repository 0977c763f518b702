/**
 * The formatter. It moves blanks and line breaks between tokens and comments and never touches those themselves. A line
 * break stays one, a one-line block stays on its line unless that has become too wide, and `;` stays where it separates.
 * A top-level statement with a syntax problem in it stays as it is; so does a file with a brace too many or missing, for
 * there indentation says what belongs together.
 */
import { type Atom, atomsOf, blanksBetween } from './atoms.ts';
import { applyEdits } from './edits.ts';
import { INDENT, LINE_WIDTH, lineEndOf, lineStartOf } from './layout.ts';
import { parse } from './parser.ts';
import * as T from './tokens.ts';
import type { Span, Statement, TextEdit, Tree } from './tree.ts';
import { located } from './walk.ts';

/** The edits that format a text: small ones, so that an editor keeps its cursors and folds. */
export function format(tree: Tree): readonly TextEdit[] {
  const { text } = tree;
  if (tree.balanced === false) return [];
  const atoms = atomsOf(text);
  const frozen = frozenSpans(tree);
  const unfolded = new Set<Atom>();
  for (;;) {
    const gaps = gapsOf(text, atoms, frozen, unfolded);
    const wide = tooWide(text, atoms, gaps, frozen);
    if (wide.length === 0) return editsOf(text, atoms, gaps);
    for (const brace of wide) unfolded.add(brace);
  }
}

/** The text formatted. */
export function formatText(text: string): string {
  return applyEdits(text, format(parse(text)));
}

/** The top-level statements with a problem in them. */
function frozenSpans(tree: Tree): readonly Span[] {
  return [...located(tree.root, 0)]
    .filter(({ node }) => hasProblem(node))
    .map(({ node, start }) => ({ from: start, to: start + node.width }));
}

function hasProblem(statement: Statement): boolean {
  if (statement.problems.length > 0 || statement.node === 'unknown') return true;
  return statement.node === 'block' && (statement.body?.statements.some(hasProblem) ?? false);
}

/** A `//` comment behind code. */
interface TrailingComment {
  readonly from: number;
  /** Index of the gap before it. */
  readonly gap: number;
  /** The column where the code before it ends, and the one where the comment stood. */
  readonly code: number;
  readonly column: number;
}

/** The text that goes before each atom, and after the last one. */
function gapsOf(text: string, atoms: readonly Atom[], frozen: readonly Span[], unfolded: ReadonlySet<Atom>): string[] {
  const lineEnd = lineEndOf(text);
  const gaps: string[] = [];
  const braces: Atom[] = [];
  const trailing: TrailingComment[] = [];
  const spread = spreadBraces(text, atoms);
  /** The code on this line has come from another one. */
  let moved = false;
  let brackets = 0;
  let column = 0;
  let nextFrozen = 0;
  let isFrozen = false;
  for (const [i, after] of atoms.entries()) {
    const before = atoms[i - 1];
    const old = text.slice(before?.to ?? 0, after.from);
    while ((frozen[nextFrozen]?.to ?? after.to) < after.to) nextFrozen++;
    // What follows a frozen statement stays, too: a `;` there may be all that ends it.
    const followsFrozen = isFrozen;
    isFrozen = (frozen[nextFrozen]?.from ?? after.to) < after.to;
    if (after.type === T.RBracket && brackets > 0) brackets--;
    const brace = braces[braces.length - 1];
    const atBrace = (brace === before && after.line !== true) || after.type === T.RBrace;
    const spreads = brace !== undefined && atBrace && spread.has(brace);
    const unfolds = brace !== undefined && unfolded.has(brace) && (atBrace || old.includes(';'));
    const broken = LINE_BREAK.test(old);
    if (broken) moved = false;
    else if (spreads || unfolds) moved = true;
    if (isFrozen || (followsFrozen && old.includes(';'))) gaps.push(old);
    else if (before === undefined) gaps.push('');
    else if (broken || spreads || unfolds) {
      const depth = braces.length + brackets - (after.type === T.RBrace ? 1 : 0);
      const blank = BLANK_LINE.test(old) && before !== brace && after.type !== T.RBrace;
      gaps.push(lineEnd + (blank ? lineEnd : '') + INDENT.repeat(Math.max(0, depth)));
    } else if (after.line === true) {
      const stood = moved ? 0 : after.from - lineStartOf(text, after.from);
      trailing.push({ from: after.from, gap: i, code: column, column: stood });
      gaps.push(' ');
    } else gaps.push(blanksBetween(before, after, old));
    column = columnAfter(text, after, columnAfterGap(gaps[i] ?? '', column));
    if (after.type === T.LBrace) braces.push(after);
    else if (after.type === T.RBrace) braces.pop();
    else if (after.type === T.LBracket) brackets++;
    if (after.type === T.LBrace || after.type === T.RBrace) brackets = 0;
  }
  align(text, trailing, gaps);
  const last = atoms.at(-1);
  gaps.push(
    isFrozen || frozen.at(-1)?.to === text.length ? text.slice(last?.to ?? 0) : last === undefined ? '' : lineEnd,
  );
  return gaps;
}

/** The `{` of the blocks that stand on several lines. */
function spreadBraces(text: string, atoms: readonly Atom[]): ReadonlySet<Atom> {
  const spread = new Set<Atom>();
  const open: { readonly brace: Atom; readonly line: number }[] = [];
  let line = 0;
  let at = 0;
  for (const atom of atoms) {
    if (LINE_BREAK.test(text.slice(at, atom.from))) line++;
    at = atom.to;
    if (atom.type === T.LBrace) open.push({ brace: atom, line });
    const closed = atom.type === T.RBrace ? open.pop() : undefined;
    if (closed !== undefined && closed.line < line) spread.add(closed.brace);
  }
  return spread;
}

/** Comments behind code stay in their column, those on adjacent lines in one column together, with a blank at least. */
function align(text: string, comments: readonly TrailingComment[], gaps: string[]): void {
  let run: TrailingComment[] = [];
  for (const [i, comment] of comments.entries()) {
    run.push(comment);
    const next = comments[i + 1];
    if (next !== undefined && next.column === comment.column && areAdjacent(text, comment.from, next.from)) continue;
    const column = Math.max(...run.map((one) => Math.max(one.column, one.code + 1)));
    for (const { gap, code } of run) gaps[gap] = ' '.repeat(column - code);
    run = [];
  }
}

const areAdjacent = (text: string, a: number, b: number): boolean => text.slice(a, b).split(LINE_BREAK).length === 2;

/** The `{` of the outermost one-line blocks that end behind the last column. */
function tooWide(
  text: string,
  atoms: readonly Atom[],
  gaps: readonly string[],
  frozen: readonly Span[],
): readonly Atom[] {
  const wide: Atom[] = [];
  const open: { readonly brace: Atom; readonly line: number }[] = [];
  let line = 0;
  let column = 0;
  for (const [i, atom] of atoms.entries()) {
    const gap = gaps[i] ?? '';
    if (LINE_BREAK.test(gap)) line++;
    column = columnAfter(text, atom, columnAfterGap(gap, column));
    if (atom.type === T.LBrace) open.push({ brace: atom, line });
    if (atom.type !== T.RBrace) continue;
    const start = open.pop();
    if (start === undefined || start.line !== line || column <= LINE_WIDTH) continue;
    if (frozen.some(({ from, to }) => from < atom.to && start.brace.from < to)) continue;
    // Blocks end from the inside out: those inside this one may fit once it is unfolded.
    while ((wide[wide.length - 1]?.from ?? 0) > start.brace.from) wide.pop();
    wide.push(start.brace);
  }
  return wide;
}

function columnAfterGap(gap: string, column: number): number {
  const broken = Math.max(gap.lastIndexOf('\n'), gap.lastIndexOf('\r'));
  return broken < 0 ? column + gap.length : gap.length - broken - 1;
}

function columnAfter(text: string, atom: Atom, column: number): number {
  if (atom.type !== undefined || atom.line === true) return column + atom.to - atom.from;
  return columnAfterGap(text.slice(atom.from, atom.to), column);
}

/** The gaps that change, without the characters that they begin and end with both before and after. */
function editsOf(text: string, atoms: readonly Atom[], gaps: readonly string[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (const [i, gap] of gaps.entries()) {
    const from = atoms[i - 1]?.to ?? 0;
    const old = text.slice(from, atoms[i]?.from ?? text.length);
    if (old === gap) continue;
    const shorter = Math.min(old.length, gap.length);
    let head = 0;
    while (head < shorter && old[head] === gap[head]) head++;
    let tail = 0;
    while (tail < shorter - head && old[old.length - 1 - tail] === gap[gap.length - 1 - tail]) tail++;
    edits.push({ from: from + head, to: from + old.length - tail, text: gap.slice(head, gap.length - tail) });
  }
  return edits;
}

const LINE_BREAK = /\r\n|\r|\n/;
const BLANK_LINE = /(?:\r\n|\r(?!\n)|\n)[^\r\n]*[\r\n]/;
