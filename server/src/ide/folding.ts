/** What can be folded: blocks, lists over several lines, and runs of comments. */
import type { Span, Tree, Value } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';
import { absolute } from './cursor.ts';

export interface Fold {
  readonly span: Span;
  readonly of: 'block' | 'comment';
}

/** Everything that may fold; what stands on one line is left for the caller to drop, who knows lines. */
export function foldsOf(tree: Tree): readonly Fold[] {
  const folds: Fold[] = [];
  walk(tree.root, 0, (placed) => {
    const { node } = placed;
    const leading = commentsIn(tree.text, placed.start, placed.start + node.span.from);
    if (leading !== undefined) folds.push({ span: leading, of: 'comment' });
    if (node.node === 'block' && node.braces !== undefined)
      folds.push({ span: absolute(placed, node.braces), of: 'block' });
    if (node.node === 'property') {
      for (const span of listsIn(node.value)) folds.push({ span: absolute(placed, span), of: 'block' });
    }
    return true;
  });
  return folds;
}

/** From the first comment to the last of what stands before a statement's first token. */
function commentsIn(text: string, from: number, to: number): Span | undefined {
  const before = text.slice(from, to);
  const first = before.search(/\/[/*]/);
  return first < 0 ? undefined : { from: from + first, to: from + before.trimEnd().length };
}

function* listsIn(value: Value): Iterable<Span> {
  if (value.is !== 'list') return;
  yield value.span;
  for (const item of value.items) yield* listsIn(item);
}
