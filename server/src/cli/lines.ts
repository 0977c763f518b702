/** From offsets to the lines and columns that people and editors count. */

/** Both from 1; columns in UTF-16 code units, as VS Code shows them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Lines {
  readonly positionOf: (offset: number) => Position;
  /** The text of a line, from 1, without its end. */
  readonly textOf: (line: number) => string;
}

/** The lines of a text, which end with \n, \r\n or \r. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return {
    positionOf: (offset) => {
      const line = lastNotAfter(starts, offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    textOf: (line) => text.slice(starts[line - 1], starts[line]).replace(/[\r\n]+$/, ''),
  };
}

/** Index of the last of these ascending numbers that is not greater than `wanted`. */
function lastNotAfter(numbers: readonly number[], wanted: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= wanted) low = middle;
    else high = middle;
  }
  return low;
}
