/** The names that a block and those below it declare, joined once per block. */
import { kindOf } from '../schema/index.ts';
import type { Scope } from '../schema/types.ts';
import { lengthOf } from './arrays.ts';
import type { Declared } from './declared.ts';

/** A name and what bears it. */
export interface Declaration {
  readonly name: string;
  readonly scope: Scope;
  readonly decl: Declared;
  /** Lengths of the arrays it stands in and of its own, outermost first; empty: a single thing. */
  readonly lengths: readonly number[];
}

const NO_NAMES: readonly Declaration[] = [];
const NO_LENGTHS: readonly number[] = [];

const remembered = new WeakMap<Declared, readonly Declaration[]>();

/** In file order, the block's own first. Lengths of arrays count from this block. */
export function namesBelow(decl: Declared): readonly Declaration[] {
  // Most blocks are leaves, and quicker read than remembered.
  if (decl.children.length === 0) return read(decl);
  const known = remembered.get(decl);
  if (known !== undefined) return known;
  const names = read(decl);
  remembered.set(decl, names);
  return names;
}

function read(decl: Declared): readonly Declaration[] {
  const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
  const declares = kind?.name.role === 'declares' ? kind.name : undefined;
  const length = declares?.count === true ? lengthOf(decl) : undefined;
  const names: Declaration[] = [];
  if (declares !== undefined && decl.name !== undefined && decl.name !== '') {
    const lengths = length === undefined ? NO_LENGTHS : [length];
    names.push({ name: decl.name, scope: declares.scope, decl, lengths });
  }
  for (const child of decl.children) {
    for (const below of namesBelow(child)) {
      names.push(length === undefined ? below : { ...below, lengths: [length, ...below.lengths] });
    }
  }
  return names.length === 0 ? NO_NAMES : names;
}
