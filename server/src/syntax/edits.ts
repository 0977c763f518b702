/** Edits of a text. */
import type { TextEdit } from './tree.ts';

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
