/** What stands at an offset of a text. */
import type { Block, Span, Tree } from '../syntax/tree.ts';
import { bodyOf, isBlock, type Located, pathAt, spanOf } from '../syntax/walk.ts';

export interface Cursor {
  /** The blocks whose braces are around the offset, outermost first. */
  readonly around: readonly Located<Block>[];
  /** The statement that owns the offset, within the innermost of them; undefined in an empty body. */
  readonly statement: Located | undefined;
}

/** Finds the way down to an offset. An offset between two statements belongs to the later one. */
export function cursorAt(tree: Tree, offset: number): Cursor {
  const path = pathAt(tree, offset);
  const around = path.filter(isBlock).filter((block) => {
    const inside = bodyOf(block);
    return inside !== undefined && inside.start <= offset && offset <= inside.start + inside.body.width;
  });
  const statement = path[path.length - 1];
  return { around, statement: statement === around[around.length - 1] ? undefined : statement };
}

/** A span of a statement, in the whole text. */
export const absolute = ({ start }: Located, span: Span): Span => spanOf(start, span);

/** Whether an offset touches a span: in it, or at its end, where a cursor stands after typing it. */
export const touches = (span: Span | undefined, offset: number): boolean =>
  span !== undefined && span.from <= offset && offset <= span.to;
