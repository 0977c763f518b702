/** Maps from integers as their readers and writers see them: immutable ({@link IntMap}), or changed in place while only one owner has it. */
import { IntMap } from './int-map.ts';

/** `set` and `delete` give the map to go on with: another one, or itself after being changed. */
export interface IntTable<T> {
  readonly size: number;
  get(key: number): T | undefined;
  has(key: number): boolean;
  set(key: number, value: T): IntTable<T>;
  delete(key: number): IntTable<T>;
  entries(): IterableIterator<[number, T]>;
  keys(): IterableIterator<number>;
  values(): IterableIterator<T>;
}

/**
 * Changed in place. For long runs of changes whose states in between nobody keeps, such as a boot of thousands of functions:
 * writing costs a fifth of what an immutable map does. Not in order of the keys until it is frozen.
 */
export class ScratchTable<T> implements IntTable<T> {
  readonly #values: Map<number, T>;

  constructor(table: IntTable<T>) {
    this.#values = new Map(table.entries());
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: number): T | undefined {
    return this.#values.get(key);
  }

  has(key: number): boolean {
    return this.#values.has(key);
  }

  set(key: number, value: T): this {
    this.#values.set(key, value);
    return this;
  }

  delete(key: number): this {
    this.#values.delete(key);
    return this;
  }

  entries(): IterableIterator<[number, T]> {
    return this.#values.entries();
  }

  keys(): IterableIterator<number> {
    return this.#values.keys();
  }

  values(): IterableIterator<T> {
    return this.#values.values();
  }
}

/** The table as an immutable map. */
export function frozen<T>(table: IntTable<T>): IntTable<T> {
  return table instanceof ScratchTable ? IntMap.of(table.entries()) : table;
}
