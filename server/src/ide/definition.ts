/** Where the thing under the cursor is declared. */
import { headerSpan } from '../model/source-map.ts';
import type { Sources } from '../model/sources.ts';
import type { Span } from '../syntax/tree.ts';
import { absolute, cursorAt, touches } from './cursor.ts';
import { type FileSpan, occurrenceAt, occurrencesOf, type SpecFiles } from './names.ts';

export interface Definition extends FileSpan {
  /** What was asked about, in the file asked in. */
  readonly origin: Span;
  /** The part to put the cursor on. */
  readonly selection: Span;
}

/** The declaration of the name at an offset; of an include's path, the file. */
export function definitionAt(
  files: SpecFiles,
  uri: string,
  offset: number,
  resolve: Sources['resolve'],
): Definition | undefined {
  const include = includeAt(files, uri, offset);
  if (include !== undefined) {
    const target = resolve(uri, include.text);
    const start = { from: 0, to: 0 };
    return 'uri' in target ? { uri: target.uri, span: start, selection: start, origin: include.span } : undefined;
  }
  const here = occurrenceAt(files, uri, offset);
  if (here === undefined) return undefined;
  for (const found of occurrencesOf(files, here.of)) {
    if (found.declares)
      return { uri: found.uri, span: blockAt(files, found), selection: found.span, origin: here.span };
  }
  return undefined;
}

function includeAt(files: SpecFiles, uri: string, offset: number) {
  const tree = files.get(uri);
  const placed = tree && cursorAt(tree, offset).statement;
  if (placed?.node.node !== 'include') return undefined;
  const span = absolute(placed, placed.node.path.span);
  return touches(span, offset) ? { span, text: placed.node.path.text } : undefined;
}

/** The header of the block that a declared name stands in. */
function blockAt(files: SpecFiles, { uri, span }: FileSpan): Span {
  const tree = files.get(uri);
  const placed = tree && cursorAt(tree, span.from).statement;
  return placed?.node.node === 'block' ? absolute(placed, headerSpan(placed.node)) : span;
}
