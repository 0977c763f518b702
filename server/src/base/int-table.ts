/** Maps from integers as their readers and writers see them: immutable (IntMap), or a draft that is changed in place. */
export interface IntTable<T> {
  /** Number of entries. */
  readonly size: number;
  get(key: number): T | undefined;
  has(key: number): boolean;
  /** Gives the map to go on with: another one, or, of a draft, itself. */
  set(key: number, value: T): IntTable<T>;
  /** Like {@link set}. */
  delete(key: number): IntTable<T>;
  /** In order of the keys, like all that follow. A draft must not be changed meanwhile. */
  entries(): IterableIterator<[key: number, value: T]>;
  keys(): IterableIterator<number>;
  values(): IterableIterator<T>;
  forEach(visit: (value: T, key: number) => void): void;
  /**
   * The same map to be changed in place: for long runs of changes whose states in between nobody keeps, such as a boot of
   * thousands of functions.
   */
  draft(): IntTable<T>;
  /** The immutable map of what is there now. */
  frozen(): IntTable<T>;
}
