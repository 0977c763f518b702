/** Whether two values are alike, one level deep. */

/** Whether two records have equal fields; records within them must be the same ones. */
export function sameFields<T extends object>(a: T | undefined, b: T | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const before = Object.entries(a);
  return before.length === Object.keys(b).length && before.every(([key, value]) => Reflect.get(b, key) === value);
}

/** Whether two lists have as many items, each like the other's. */
export function sameItems<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean = Object.is): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined ? x !== y : !same(x, y)) return false;
  }
  return true;
}
