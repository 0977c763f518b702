/**
 * Offsets to positions and back: the only file that does it. Inside the server a place is an offset in UTF-16 code
 * units; the protocol counts lines, and within a line whatever unit the client asked for.
 */
import type { Position, Range } from 'vscode-languageserver';
import type { Span, TextEdit } from '../syntax/tree.ts';

/** What a client can count columns in. */
export type Encoding = 'utf-16' | 'utf-8' | 'utf-32';

/** A text with the offset at which each of its lines starts. A line ends with \n, \r\n or \r, as the protocol says. */
export interface LinedText {
  readonly text: string;
  readonly lineStarts: Uint32Array;
}

/** Finds the lines of a text. */
export function withLines(text: string): LinedText {
  const ends = lineStartsIn(text, 0, text.length);
  const lineStarts = new Uint32Array(ends.length + 1);
  lineStarts.set(ends, 1);
  return { text, lineStarts };
}

/** The text after one replacement. Lines the edit does not touch are taken over, not looked for again. */
export function withEdit(old: LinedText, { from, to, text: inserted }: TextEdit): LinedText {
  const text = old.text.slice(0, from) + inserted + old.text.slice(to);
  // A \r may meet a \n at either end of the edit, so that the character beside it counts as changed, too.
  const changedFrom = Math.max(0, from - 1);
  const changedTo = Math.min(text.length, from + inserted.length + 1);
  const shift = text.length - old.text.length;
  const before = countUpTo(old.lineStarts, changedFrom);
  const after = countUpTo(old.lineStarts, changedTo - shift);
  const between = lineStartsIn(text, changedFrom, changedTo);
  const lineStarts = new Uint32Array(before + between.length + old.lineStarts.length - after);
  lineStarts.set(old.lineStarts.subarray(0, before));
  lineStarts.set(between, before);
  let at = before + between.length;
  for (let line = after; line < old.lineStarts.length; line++) lineStarts[at++] = (old.lineStarts[line] ?? 0) + shift;
  return { text, lineStarts };
}

/** The position of an offset; offsets outside the text are taken for its ends. */
export function positionAt(lined: LinedText, offset: number, encoding: Encoding): Position {
  const { text, lineStarts } = lined;
  const at = Math.max(0, Math.min(offset, text.length));
  const line = countUpTo(lineStarts, at) - 1;
  const start = lineStarts[line] ?? 0;
  // Between \r and \n there is no position: it is the end of the line.
  const inside = Math.max(start, Math.min(at, endOfLine(lined, line)));
  return { line, character: encoding === 'utf-16' ? inside - start : unitsIn(text.slice(start, inside), encoding) };
}

/** The offset of a position. A column past the end of its line is the line's end, a line past the last the text's end. */
export function offsetAt(lined: LinedText, { line, character }: Position, encoding: Encoding): number {
  const { text, lineStarts } = lined;
  if (line < 0) return 0;
  const start = lineStarts[line];
  if (start === undefined) return text.length;
  const end = endOfLine(lined, line);
  if (character <= 0) return start;
  if (encoding === 'utf-16') return Math.min(start + character, end);
  return start + codeUnitsOf(text.slice(start, end), character, encoding);
}

export const rangeOf = (lined: LinedText, span: Span, encoding: Encoding): Range => ({
  start: positionAt(lined, span.from, encoding),
  end: positionAt(lined, span.to, encoding),
});

export function spanOf(lined: LinedText, range: Range, encoding: Encoding): Span {
  const a = offsetAt(lined, range.start, encoding);
  const b = offsetAt(lined, range.end, encoding);
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** The encoding to speak with a client: UTF-16 where it can, else the first of its own that is known here. */
export function chooseEncoding(offered: readonly string[] | undefined): Encoding {
  if (offered === undefined || offered.includes('utf-16')) return 'utf-16';
  return offered.find((encoding) => encoding === 'utf-8' || encoding === 'utf-32') ?? 'utf-16';
}

const CR = 13;
const LF = 10;

/** The starts of the lines whose line end finishes at an offset in (from, to], ascending. */
function lineStartsIn(text: string, from: number, to: number): Uint32Array {
  let starts = new Uint32Array(16);
  let count = 0;
  for (let at = from; at < to; at++) {
    const char = text.charCodeAt(at);
    if (char !== LF && (char !== CR || text.charCodeAt(at + 1) === LF)) continue;
    if (count === starts.length) {
      const longer = new Uint32Array(2 * count);
      longer.set(starts);
      starts = longer;
    }
    starts[count++] = at + 1;
  }
  return starts.subarray(0, count);
}

/** How many of the ascending numbers are not larger than `value`. */
function countUpTo(numbers: Uint32Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Offset of the end of a line, before its \n, \r\n or \r. */
function endOfLine({ text, lineStarts }: LinedText, line: number): number {
  const start = lineStarts[line] ?? 0;
  let end = lineStarts[line + 1];
  if (end === undefined) return text.length;
  if (end > start && text.charCodeAt(end - 1) === LF) end -= 1;
  if (end > start && text.charCodeAt(end - 1) === CR) end -= 1;
  return end;
}

/** Length of a piece of a line in bytes of UTF-8, or in code points. */
function unitsIn(piece: string, encoding: Encoding): number {
  let units = 0;
  for (const char of piece) units += unitsOf(char, encoding);
  return units;
}

/** How many code units of `line` its first `units` bytes or code points are; never half a character. */
function codeUnitsOf(line: string, units: number, encoding: Encoding): number {
  let at = 0;
  let left = units;
  for (const char of line) {
    left -= unitsOf(char, encoding);
    if (left < 0) break;
    at += char.length;
  }
  return at;
}

function unitsOf(char: string, encoding: Encoding): number {
  const point = char.codePointAt(0) ?? 0;
  if (encoding === 'utf-16') return char.length;
  if (encoding === 'utf-32' || point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
