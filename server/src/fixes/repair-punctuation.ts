import { indentAt, isLineEnd, lineEndOf, lineStartOf } from '../syntax/layout.ts';
import type { TextEdit, Tree } from '../syntax/tree.ts';
import type { Fix, Proposal } from './fix.ts';

export const repairPunctuation: Fix = {
  id: 'repair-punctuation',
  rules: ['syntax-unexpected-token'],
  safety: 'review',
  doc: 'Closes a brace where the indentation says that its block ends, takes out one too many, or separates two statements.',
  *propose(finding, context) {
    const { uri, span } = context.locate(finding.at);
    if (uri !== context.uri || finding.replacement !== undefined) return;
    const { tree } = context;
    switch (tree.text.slice(span.from, span.to)) {
      case '{':
        yield { title: "Add the '}' that is missing", edits: [closing(tree, span.from)] };
        return;
      case '}':
        yield { title: "Remove the '}'", edits: [withoutBrace(tree, span.from)] };
        return;
      default:
        yield* separated(tree, span.from);
    }
  },
};

/** A closing brace before the next line that is indented no deeper than the one that opens, or at the end of the file. */
function closing({ text }: Tree, open: number): TextEdit {
  const lineEnd = lineEndOf(text);
  const indent = indentAt(text, open);
  for (let at = nextLine(text, open); at < text.length; at = nextLine(text, at)) {
    const blank = text.slice(at, nextLine(text, at)).trim() === '';
    if (blank || indentAt(text, at).length > indent.length) continue;
    const end = endOfContent(text, at);
    return { from: end, to: end, text: `${indent}}${lineEnd}` };
  }
  const end = endOfContent(text, text.length);
  const gap = isLineEnd(text[end - 1]) ? '' : lineEnd;
  return { from: end, to: text.length, text: `${gap}${indent}}${lineEnd}` };
}

/** The start of the line after the last one before an offset that is not blank. */
function endOfContent(text: string, lineStart: number): number {
  return nextLine(text, text.slice(0, lineStart).trimEnd().length - 1);
}

function nextLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}

/** The line goes with the brace where nothing else stands on it. */
function withoutBrace({ text }: Tree, brace: number): TextEdit {
  const start = lineStartOf(text, brace);
  const end = nextLine(text, brace);
  const alone = text.slice(start, end).trim() === '}';
  return alone ? { from: start, to: end, text: '' } : { from: brace, to: brace + 1, text: '' };
}

/** `;` between two statements on a line. */
function* separated({ text }: Tree, second: number): Iterable<Proposal> {
  let end = second;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--;
  if (end === second || end === 0 || isLineEnd(text[end - 1])) return;
  yield { title: "Separate the statements with ';'", edits: [{ from: end, to: end, text: ';' }] };
}
