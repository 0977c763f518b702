/** A map of declarations by name of which a few have changed, so that an edit need not fill a map with all of them. */
import type { Declaration } from './declare-names.ts';

type ByName = ReadonlyMap<string, Declaration>;

/** Values put in place of old ones beyond which a map is filled anew. */
const MOST_CHANGED = 256;

/** The map with these declarations in place of those with their names, which it has. The order of the names stays. */
export function withChanged(map: ByName, changed: readonly Declaration[]): ByName {
  if (changed.length === 0) return map;
  const { base, over } = map instanceof RenewedMap ? map : { base: map, over: new Map<string, Declaration>() };
  const all = new Map(over);
  for (const declaration of changed) all.set(declaration.name, declaration);
  const renewed = new RenewedMap(base, all);
  return all.size > MOST_CHANGED ? new Map(renewed) : renewed;
}

/** A map that reads like the filled one. */
class RenewedMap implements ByName {
  readonly base: ByName;
  readonly over: ByName;

  constructor(base: ByName, over: ByName) {
    this.base = base;
    this.over = over;
  }

  get size(): number {
    return this.base.size;
  }

  get(name: string): Declaration | undefined {
    return this.over.get(name) ?? this.base.get(name);
  }

  has(name: string): boolean {
    return this.base.has(name);
  }

  keys(): MapIterator<string> {
    return this.base.keys();
  }

  *values(): MapIterator<Declaration> {
    for (const [name, declaration] of this.base) yield this.over.get(name) ?? declaration;
  }

  *entries(): MapIterator<[string, Declaration]> {
    for (const [name, declaration] of this.base) yield [name, this.over.get(name) ?? declaration];
  }

  [Symbol.iterator](): MapIterator<[string, Declaration]> {
    return this.entries();
  }

  forEach(visit: (declaration: Declaration, name: string, map: ByName) => void): void {
    for (const [name, declaration] of this) visit(declaration, name, this);
  }
}
