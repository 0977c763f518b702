/** Where the thing under the cursor is declared. */
import { headerSpan } from '../model/source-map.ts';
import type { Sources } from '../model/sources.ts';
import type { Span } from '../syntax/tree.ts';
import { absolute, cursorAt, touches } from './cursor.ts';
import { scopeAt, type TargetFiles } from './elsewhere.ts';
import { type FileSpan, occurrenceAt, occurrencesOf, referenceElsewhere, type SpecFiles } from './names.ts';

export interface Definition extends FileSpan {
  /** What was asked about, in the file asked in. */
  readonly origin: Span;
  /** The part to put the cursor on. */
  readonly selection: Span;
}

/**
 * The declaration of the name at an offset; of the path of an `include` or a `migrate`, the file.
 * @param targets the files of specs that scenarios migrate to
 */
export function definitionAt(
  files: SpecFiles,
  uri: string,
  offset: number,
  resolve: Sources['resolve'],
  targets: TargetFiles = () => undefined,
): Definition | undefined {
  const include = pathAt(files, uri, offset);
  if (include !== undefined) {
    const target = resolve(uri, include.text);
    const start = { from: 0, to: 0 };
    return 'uri' in target ? { uri: target.uri, span: start, selection: start, origin: include.span } : undefined;
  }
  const scope = scopeAt(files, uri, offset, targets);
  const here = scope === files ? occurrenceAt(files, uri, offset) : referenceElsewhere(files, uri, offset, scope);
  if (here === undefined) return undefined;
  for (const found of occurrencesOf(scope, here.of)) {
    if (found.declares)
      return { uri: found.uri, span: blockAt(scope, found), selection: found.span, origin: here.span };
  }
  return undefined;
}

/** The path under the cursor. */
function pathAt(files: SpecFiles, uri: string, offset: number) {
  const tree = files.get(uri);
  const { around = [], statement: placed } = tree === undefined ? {} : cursorAt(tree, offset);
  if (placed?.node.node === 'property' && placed.node.key.text === 'to') {
    const { value } = placed.node;
    const span = absolute(placed, value.span);
    const isPath = around.at(-1)?.node.kind.text === 'migrate' && value.is === 'string' && touches(span, offset);
    return isPath ? { span, text: value.text } : undefined;
  }
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
