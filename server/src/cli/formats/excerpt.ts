/** A place in a spec as a terminal shows it: where it is, the line, and what is meant in it. */
import type { createColors } from 'picocolors';
import { columnsOf, printable } from '../printable.ts';
import type { SourceRange } from '../report.ts';

export type Colors = ReturnType<typeof createColors>;

/** Columns of a source line that are shown; of a longer one, those around the caret. */
const MAX_COLUMNS = 140;

/** Columns shown left of the caret where a line is cut. */
const COLUMNS_BEFORE = 40;

/** The path, the source line, and carets under the range. */
export function excerptLines(at: SourceRange, colors: Colors, paint: (text: string) => string): readonly string[] {
  const gutter = gutterOf(at);
  const bar = colors.blue('|');
  const { text, underline } = excerpt(at);
  return [
    `${gutter}${colors.blue('-->')} ${place(at)}`,
    `${gutter} ${bar}`,
    `${colors.blue(String(at.start.line))} ${bar} ${text}`,
    `${gutter} ${bar} ${paint(underline)}`,
  ];
}

/** Blanks as wide as the line's number. */
export const gutterOf = ({ start }: SourceRange): string => ' '.repeat(String(start.line).length);

/** `board.irqtopo:31:21` */
export const place = ({ path, start }: SourceRange): string => `${printable(path)}:${start.line}:${start.column}`;

/** The source line, cut where it is too long, and what underlines the range in it. */
function excerpt({ start, end, line }: SourceRange): { readonly text: string; readonly underline: string } {
  const from = start.column - 1;
  const to = Math.max(start.line === end.line ? end.column - 1 : line.length, from + 1);
  const cutLeft = line.length > MAX_COLUMNS && from > COLUMNS_BEFORE ? from - COLUMNS_BEFORE : 0;
  const cutRight = Math.min(line.length, cutLeft + MAX_COLUMNS);
  const before = line.slice(cutLeft, from);
  const marked = line.slice(from, Math.min(to, cutRight));
  const lead = cutLeft > 0 ? '…' : '';
  const text = `${lead}${line.slice(cutLeft, cutRight)}${cutRight < line.length ? '…' : ''}`;
  return {
    text: printable(text).trimEnd(),
    underline: `${lead && ' '}${blanksFor(before)}${'^'.repeat(Math.max(1, widthOf(marked)))}`,
  };
}

/** Blanks as wide as a text; its tabs stay, so that they are as wide as above. */
const blanksFor = (text: string): string =>
  [...text].map((character) => (character === '\t' ? '\t' : ' '.repeat(columnsOf(character)))).join('');

const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + columnsOf(character), 0);
