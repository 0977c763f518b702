/** The comments before a statement that mean something: its documentation, and the rules it silences. */
import type { Ignore, Span } from './tree.ts';

export interface Notes {
  readonly doc?: string;
  readonly ignores?: readonly Ignore[];
}

/**
 * What the comments `notes[first] … notes[last - 1]` say about the statement whose first token is at `tokenFrom`.
 * The spans of the answer count from `base`.
 */
export function readNotes(
  text: string,
  notes: readonly Span[],
  first: number,
  last: number,
  base: number,
  tokenFrom: number,
): Notes {
  let lines: string[] = [];
  const ignores: Ignore[] = [];
  for (let i = first; i < last; i++) {
    const note = notes[i];
    if (note === undefined) continue;
    const comment = text.slice(note.from, note.to);
    const ignore = IGNORE.exec(comment);
    if (ignore !== null) {
      const span = { from: note.from - base, to: note.to - base };
      ignores.push({ span, rule: ignore[1] ?? '', reason: ignore[2] ?? '' });
    } else if (comment.startsWith('///')) lines.push(comment.replace(/^\/\/\/ ?/, '').trimEnd());
    const next = notes[i + 1];
    if (BLANK_LINE.test(text.slice(note.to, i + 1 < last && next !== undefined ? next.from : tokenFrom))) lines = [];
  }
  return {
    // The surrounding characters make the string one of its own: a slice would keep the whole text alive.
    doc: lines.length === 0 ? undefined : `\n${lines.join('\n')}`.slice(1),
    ignores: ignores.length === 0 ? undefined : ignores,
  };
}

const IGNORE = /^\/\/[ \t]*irqtopo-ignore\b[ \t]*([A-Za-z0-9_-]*)[ \t]*:?[ \t]*(.*?)[ \t]*$/;
const BLANK_LINE = /(?:\r\n|\r(?!\n)|\n)[ \t]*[\r\n]/;
