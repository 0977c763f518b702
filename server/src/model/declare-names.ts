/** The names that a block and those below it declare, joined once per block. */
import type { KindSchema } from '../schema/types.ts';
import { lengthOf } from './arrays.ts';
import type { Declaration, Declared } from './declared.ts';

const NO_NAMES: readonly Declaration[] = [];
const NO_LENGTHS: readonly number[] = [];

/** In file order, the block's own first. Lengths of arrays count from this block. */
export function namesBelow(decl: Declared, kind: KindSchema | undefined): readonly Declaration[] {
  const declares = kind?.name.role === 'declares' ? kind.name : undefined;
  const length = declares?.count === true ? lengthOf(decl) : undefined;
  const names: Declaration[] = [];
  if (declares !== undefined && decl.name !== undefined && decl.name !== '') {
    const lengths = length === undefined ? NO_LENGTHS : [length];
    names.push({ name: decl.name, scope: declares.scope, decl, lengths });
  }
  for (const child of decl.children) {
    for (const below of child.names) {
      names.push(length === undefined ? below : { ...below, lengths: [length, ...below.lengths] });
    }
  }
  return names.length === 0 ? NO_NAMES : names;
}
