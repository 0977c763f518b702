/** A spec of several files as one text. */
import type { Sources } from '../../model/sources.ts';
import { applyEdits, replaceSpan } from '../../syntax/edits.ts';
import { lineEndOf } from '../../syntax/layout.ts';
import { parse } from '../../syntax/parser.ts';
import type { TextEdit, Tree } from '../../syntax/tree.ts';
import { located } from '../../syntax/walk.ts';

/**
 * The tree of the main file with each included file in the place of the first `include` that reads it, so that it can be
 * taken anywhere. An `include` that leads to no file stays.
 */
export function inlined(files: ReadonlyMap<string, Tree>, sources: Pick<Sources, 'resolve'>, mainUri: string): Tree {
  const read = new Set([mainUri]);
  const textOf = (uri: string, tree: Tree): string => {
    const edits: TextEdit[] = [];
    for (const statement of located(tree.root, 0)) {
      const { node } = statement;
      if (node.node !== 'include') continue;
      const target = sources.resolve(uri, node.path.text);
      const other = 'uri' in target ? files.get(target.uri) : undefined;
      if (!('uri' in target) || other === undefined) continue;
      const isFirst = !read.has(target.uri);
      read.add(target.uri);
      const lineEnd = lineEndOf(tree.text);
      // A comment may end the other file, and must not swallow what stands behind the include.
      const text = isFirst ? `${textOf(target.uri, other).trimEnd()}${lineEnd}` : '';
      edits.push(replaceSpan(statement, node.span, text));
    }
    return applyEdits(tree.text, edits);
  };
  const main = files.get(mainUri);
  if (main === undefined) return parse('');
  const text = textOf(mainUri, main);
  return text === main.text ? main : parse(text);
}
