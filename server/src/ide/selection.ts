/** What "expand selection" grows through. */
import type { Span, Tree } from '../syntax/tree.ts';
import { bodyOf, isBlock, pathAt, tokenAt } from '../syntax/walk.ts';
import { absolute } from './cursor.ts';

/** The spans around an offset, each within the one before: the file, blocks, their insides, the statement, the word. */
export function enclosingSpans(tree: Tree, offset: number): readonly Span[] {
  const spans: Span[] = [{ from: 0, to: tree.text.length }];
  const add = (span: Span | undefined) => {
    const outer = spans[spans.length - 1];
    if (span === undefined || outer === undefined || span.from > offset || offset > span.to) return;
    if (span.from < outer.from || span.to > outer.to || (span.from === outer.from && span.to === outer.to)) return;
    spans.push(span);
  };
  for (const placed of pathAt(tree, offset)) {
    const { node } = placed;
    add(absolute(placed, node.span));
    if (isBlock(placed)) {
      const inside = bodyOf(placed);
      add(inside && { from: inside.start, to: inside.start + inside.body.width });
    }
    if (node.node === 'property') add(absolute(placed, node.value.span));
  }
  add(tokenAt(tree, offset));
  return spans;
}
