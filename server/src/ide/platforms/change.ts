/** One step of a spec's way to another platform. */
import type { Machine } from '../../model/machine.ts';
import { applyEdits } from '../../syntax/edits.ts';
import { diffEdit, reparse } from '../../syntax/reparse.ts';
import type { Block, TextEdit, Tree } from '../../syntax/tree.ts';
import { isBlock, type Located, located } from '../../syntax/walk.ts';
import type { ControllerType, Platform } from './platforms.ts';

/** What the steps know. */
export interface Way {
  readonly from: ControllerType | undefined;
  readonly to: Platform;
  /** What is written in the controller's block holds on the other platform, too. */
  readonly isSameFamily: boolean;
  /** The machine as declared. */
  readonly machine: Machine;
  /** The names that the spec has given. */
  readonly names: ReadonlySet<string>;
}

export interface Change {
  readonly edits: readonly TextEdit[];
  /** What was changed, for the author: one line, no full stop. */
  readonly said: string;
}

/** What a step would change in the text as the steps before it have left it; undefined: nothing. */
export type ChangeStep = (tree: Tree, way: Way) => Change | undefined;

/** The tree after edits whose offsets all count in its text. */
export function editedTree(tree: Tree, edits: readonly TextEdit[]): Tree {
  const text = applyEdits(tree.text, edits);
  return reparse(tree, [diffEdit(tree.text, text)], text);
}

/** The blocks of a kind at the top level. */
export const topBlocks = (tree: Tree, kind: string): readonly Located<Block>[] =>
  [...located(tree.root, 0)].filter(isBlock).filter(({ node }) => node.kind.text === kind);
