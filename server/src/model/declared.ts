import type { Address, Block, Index, Value } from '../syntax/tree.ts';
import type { ModelProblem } from './problem.ts';

/**
 * A block as written, checked against the schema: names, indexes and values are read, nothing is resolved or defaulted.
 * It depends on its syntax node alone, so it is computed once per node and shared by all later versions of the file.
 * Like the node it carries no absolute position; {@link ./source-map.ts} finds it again.
 */
export interface Declared {
  readonly node: Block;
  /** A kind of the schema; undefined when the word is none. */
  readonly kind: string | undefined;
  /** What the block declares or refers to, without indexes. */
  readonly name?: string;
  readonly indexes: readonly Index[];
  readonly type?: string;
  readonly hotplug: boolean;
  readonly at?: Address;
  /** Properties whose key the schema knows and whose value has the right form; the first wins. */
  readonly values: ReadonlyMap<string, Value>;
  readonly children: readonly Declared[];
  /** What is wrong with this block and with how its children stand in it; what is wrong within a child stands there. */
  readonly problems: readonly ModelProblem[];
  /** Nothing is wrong here or in any block below. */
  readonly sound: boolean;
}
