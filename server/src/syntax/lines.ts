/** Lines and columns. Everything left of lsp/ and cli/ counts in offsets; this is how those two translate them. */

/** Both from 0; the column in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Where each line of a text starts. A line ends with \n, \r\n or \r, as in the Language Server Protocol. */
export type LineTable = readonly number[];

export function lineTable(text: string): LineTable {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || (code === RETURN && text.charCodeAt(at + 1) !== LINE_FEED)) starts.push(at + 1);
  }
  return starts;
}

/** The line and column of an offset; one behind the end of the text is at its end. */
export function lineColumnAt(lines: LineTable, offset: number): LineColumn {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: offset - (lines[low] ?? 0) };
}

/** The offset of a line and column; a column behind the end of its line is at that end, before the line break. */
export function offsetAt(text: string, lines: LineTable, { line, column }: LineColumn): number {
  const start = lines[line];
  if (start === undefined) return line < 0 ? 0 : text.length;
  const next = lines[line + 1];
  let end = next ?? text.length;
  if (next !== undefined && text.charCodeAt(end - 1) === LINE_FEED) end--;
  if (next !== undefined && end > start && text.charCodeAt(end - 1) === RETURN) end--;
  return Math.min(start + Math.max(0, column), Math.max(start, end));
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
