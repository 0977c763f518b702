/**
 * An immutable map from integers 0..2^32-1 that keeps its keys in order: a trie whose nodes have 32 slots. A change
 * copies the few nodes on the way to the key and shares all others, so every state of a long scenario can be kept.
 */
import type { IntTable } from './int-table.ts';

const DIGIT_BITS = 5;
const SLOTS = 1 << DIGIT_BITS;
const DIGIT_MASK = SLOTS - 1;
const MAX_KEY = 2 ** 32 - 1;
/** Of a root that holds every 32-bit key. */
const LAST_SHIFT = 30;

/** A map while it is being changed, in place. */
export interface Draft<T> extends IntTable<T> {
  set(key: number, value: T): this;
  delete(key: number): this;
  /** The map as it is now. The draft can be changed further: it copies what it shares with the map. */
  frozen(): IntMap<T>;
}

export class IntMap<T> implements IntTable<T> {
  /** Number of entries. */
  readonly size: number;
  readonly #trie: Trie<T>;

  private constructor(trie: Trie<T>, size: number) {
    this.#trie = trie;
    this.size = size;
  }

  /** The map without entries. */
  static empty<T>(): IntMap<T> {
    return new IntMap<T>({ root: undefined, shift: 0 }, 0);
  }

  /** A map of these entries; of two with the same key the later one stays. */
  static of<T>(entries: Iterable<readonly [number, T]>): IntMap<T> {
    return IntMap.empty<T>().edit((draft) => {
      for (const [key, value] of entries) draft.set(key, value);
    });
  }

  /** The value at `key`; undefined when there is none, so undefined itself is no value to store. */
  get(key: number): T | undefined {
    return lookUp(this.#trie, key);
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  /** The map with `value` at `key`; this one when that is there already. */
  set(key: number, value: T): IntMap<T> {
    return this.edit((draft) => draft.set(key, value));
  }

  /** The map without `key`; this one when there was none. */
  delete(key: number): IntMap<T> {
    return this.edit((draft) => draft.delete(key));
  }

  /** Many changes at once: `change` writes to a draft, and each node is copied once. */
  edit(change: (draft: Draft<T>) => void): IntMap<T> {
    const draft = this.draft();
    change(draft);
    return draft.frozen();
  }

  /** The same map to be changed in place; this one stays as it is. */
  draft(): Draft<T> {
    const made = (trie: Trie<T>, size: number) => (trie === this.#trie ? this : new IntMap(trie, size));
    return new Writer<T>(this.#trie, this.size, made);
  }

  frozen(): IntMap<T> {
    return this;
  }

  forEach(visit: (value: T, key: number) => void): void {
    if (this.#trie.root !== undefined) visitAll(this.#trie.root, this.#trie.shift, 0, visit);
  }

  /** Key and value pairs, in order of the keys. */
  entries(): IterableIterator<[key: number, value: T]> {
    return entriesOf(this.#trie);
  }

  /** In order. */
  keys(): IterableIterator<number> {
    return keysOf(this.#trie);
  }

  /** In order of their keys. */
  values(): IterableIterator<T> {
    return valuesOf(this.#trie);
  }

  [Symbol.iterator](): IterableIterator<[key: number, value: T]> {
    return this.entries();
  }
}

interface Trie<T> {
  readonly root: TrieNode<T> | undefined;
  /** Number of key bits below the root's digit: 0, 5 … 30. */
  readonly shift: number;
}

/** `owner` is the draft that made the node and may write to it; a finished map's nodes are never written to. */
type TrieNode<T> =
  | { readonly leaf: false; readonly owner: object; readonly slots: (TrieNode<T> | undefined)[]; used: number }
  | { readonly leaf: true; readonly owner: object; readonly slots: (T | undefined)[]; used: number };

class Writer<T> implements Draft<T> {
  size: number;
  #trie: Trie<T>;
  /** Differs for every draft and after every freeze, so that no node of a finished map seems to be this one's. */
  #owner = {};
  readonly #made: (trie: Trie<T>, size: number) => IntMap<T>;

  constructor(trie: Trie<T>, size: number, made: (trie: Trie<T>, size: number) => IntMap<T>) {
    this.#trie = trie;
    this.size = size;
    this.#made = made;
  }

  get(key: number): T | undefined {
    return lookUp(this.#trie, key);
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  entries(): IterableIterator<[key: number, value: T]> {
    return entriesOf(this.#trie);
  }

  keys(): IterableIterator<number> {
    return keysOf(this.#trie);
  }

  values(): IterableIterator<T> {
    return valuesOf(this.#trie);
  }

  frozen(): IntMap<T> {
    this.#owner = {};
    return this.#made(this.#trie, this.size);
  }

  draft(): Draft<T> {
    return this.frozen().draft();
  }

  forEach(visit: (value: T, key: number) => void): void {
    if (this.#trie.root !== undefined) visitAll(this.#trie.root, this.#trie.shift, 0, visit);
  }

  set(key: number, value: T): this {
    if (!Number.isInteger(key) || key < 0 || key > MAX_KEY) throw new RangeError(`key ${key} is not within 0..2^32-1`);
    if (!this.#setInPlace(key, value)) this.#setOnCopies(key, value);
    return this;
  }

  /** False when a node on the way is not there, or not the draft's own. */
  #setInPlace(key: number, value: T): boolean {
    let { root: node, shift } = this.#trie;
    if (!holds(shift, key)) return false;
    while (node !== undefined && node.owner === this.#owner) {
      const digit = (key >>> shift) & DIGIT_MASK;
      if (!node.leaf) {
        node = node.slots[digit];
        shift -= DIGIT_BITS;
        continue;
      }
      if (node.slots[digit] === undefined) {
        node.used++;
        this.size++;
      }
      node.slots[digit] = value;
      return true;
    }
    return false;
  }

  #setOnCopies(key: number, value: T): void {
    const before = this.get(key);
    if (before === value) return;
    if (before === undefined) this.size++;
    let { root, shift } = this.#trie;
    if (root === undefined) {
      while (!holds(shift, key)) shift += DIGIT_BITS;
      root = this.#emptyNode(shift);
    }
    while (!holds(shift, key)) {
      const slots: (TrieNode<T> | undefined)[] = new Array(SLOTS).fill(undefined);
      slots[0] = root;
      root = { leaf: false, owner: this.#owner, slots, used: 1 };
      shift += DIGIT_BITS;
    }
    this.#trie = { root: this.#with(root, shift, key, value), shift };
  }

  delete(key: number): this {
    const { root, shift } = this.#trie;
    if (root === undefined || this.get(key) === undefined) return this;
    this.size--;
    this.#trie = { root: this.#without(root, shift, key), shift };
    return this;
  }

  #with(node: TrieNode<T>, shift: number, key: number, value: T): TrieNode<T> {
    const own = this.#own(node);
    const digit = (key >>> shift) & DIGIT_MASK;
    if (own.slots[digit] === undefined) own.used++;
    if (own.leaf) own.slots[digit] = value;
    else {
      const below = shift - DIGIT_BITS;
      own.slots[digit] = this.#with(own.slots[digit] ?? this.#emptyNode(below), below, key, value);
    }
    return own;
  }

  /** `key` is there. Undefined when nothing is left. */
  #without(node: TrieNode<T>, shift: number, key: number): TrieNode<T> | undefined {
    const own = this.#own(node);
    const digit = (key >>> shift) & DIGIT_MASK;
    if (own.leaf) own.slots[digit] = undefined;
    else {
      const child = own.slots[digit];
      own.slots[digit] = child && this.#without(child, shift - DIGIT_BITS, key);
    }
    if (own.slots[digit] === undefined) own.used--;
    return own.used === 0 ? undefined : own;
  }

  #own(node: TrieNode<T>): TrieNode<T> {
    if (node.owner === this.#owner) return node;
    return node.leaf
      ? { leaf: true, owner: this.#owner, slots: node.slots.slice(), used: node.used }
      : { leaf: false, owner: this.#owner, slots: node.slots.slice(), used: node.used };
  }

  #emptyNode(shift: number): TrieNode<T> {
    return shift === 0
      ? { leaf: true, owner: this.#owner, slots: new Array(SLOTS).fill(undefined), used: 0 }
      : { leaf: false, owner: this.#owner, slots: new Array(SLOTS).fill(undefined), used: 0 };
  }
}

function lookUp<T>(trie: Trie<T>, key: number): T | undefined {
  let { root: node, shift } = trie;
  if (key < 0 || key > MAX_KEY || !holds(shift, key)) return undefined;
  while (node !== undefined) {
    const digit = (key >>> shift) & DIGIT_MASK;
    if (node.leaf) return node.slots[digit];
    node = node.slots[digit];
    shift -= DIGIT_BITS;
  }
  return undefined;
}

/** Whether a root with `shift` bits below its digit can hold `key`. */
function holds(shift: number, key: number): boolean {
  return shift >= LAST_SHIFT || key < SLOTS << shift;
}

function* entriesOf<T>({ root, shift }: Trie<T>): IterableIterator<[key: number, value: T]> {
  if (root !== undefined) yield* walk(root, shift, 0);
}

function* keysOf<T>(trie: Trie<T>): IterableIterator<number> {
  for (const [key] of entriesOf(trie)) yield key;
}

function* valuesOf<T>(trie: Trie<T>): IterableIterator<T> {
  for (const [, value] of entriesOf(trie)) yield value;
}

function* walk<T>(node: TrieNode<T>, shift: number, prefix: number): IterableIterator<[number, T]> {
  for (let digit = 0; digit < SLOTS; digit++) {
    const key = prefix + digit * 2 ** shift;
    if (node.leaf) {
      const value = node.slots[digit];
      if (value !== undefined) yield [key, value];
    } else {
      const child = node.slots[digit];
      if (child !== undefined) yield* walk(child, shift - DIGIT_BITS, key);
    }
  }
}

function visitAll<T>(node: TrieNode<T>, shift: number, prefix: number, visit: (value: T, key: number) => void): void {
  // Most nodes of sparse keys have one slot in use, near the start.
  let left = node.used;
  for (let digit = 0; left > 0 && digit < SLOTS; digit++) {
    if (node.slots[digit] === undefined) continue;
    left -= 1;
    const key = prefix + digit * 2 ** shift;
    if (node.leaf) {
      const value = node.slots[digit];
      if (value !== undefined) visit(value, key);
    } else {
      const child = node.slots[digit];
      if (child !== undefined) visitAll(child, shift - DIGIT_BITS, key, visit);
    }
  }
}
