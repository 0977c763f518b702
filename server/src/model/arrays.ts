/** Arrays: how long they are, and which elements indexes pick. Elements are numbered flat, the outer index counts first. */
import type { Index } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';

/** Elements of one array, and of one declaration in nested arrays: as many functions as a segment has requester IDs. */
export const MAX_ELEMENTS = 65536;

/** The length of the array a block declares, within 1 … {@link MAX_ELEMENTS}; undefined: it is none. */
export function lengthOf(decl: Declared): number | undefined {
  const index = decl.indexes[0];
  if (index === undefined) return undefined;
  return Math.min(Math.max(index.to, 1), MAX_ELEMENTS);
}

/** How many elements nested arrays of these lengths (outermost first) have; at most {@link MAX_ELEMENTS}. */
export function elementCount(lengths: readonly number[]): number {
  let count = 1;
  for (const length of lengths) count = Math.min(count * length, MAX_ELEMENTS);
  return count;
}

export type Picked =
  | { readonly ok: true; readonly numbers: readonly number[] }
  /** `indexes[position]` is outside 0 … `length` - 1; without a `length` there is no array at this depth. */
  | { readonly ok: false; readonly position: number; readonly length: number | undefined };

/**
 * The flat numbers that indexes pick from nested arrays, in order. No index picks all; fewer than there are arrays pick
 * all below.
 */
export function pick(lengths: readonly number[], indexes: readonly Index[]): Picked {
  for (const [position, { from, to }] of indexes.entries()) {
    const length = lengths[position];
    if (length === undefined || from > to || to >= length) return { ok: false, position, length };
  }
  return { ok: true, numbers: remembered(lengths, indexes) };
}

const picks = new Map<string, readonly number[]>();
/** Picks that are kept; beyond it the oldest makes room. */
const MAX_PICKS = 64;

/** The same array for the same elements: every step about a whole array asks for it, and it may have 65536 numbers. */
function remembered(lengths: readonly number[], indexes: readonly Index[]): readonly number[] {
  if (lengths.length === 0) return THE_ONE;
  const key = lengths.map((length, depth) => `${length}:${indexes[depth]?.from}..${indexes[depth]?.to}`).join(' ');
  const known = picks.get(key);
  if (known !== undefined) return known;
  const numbers = numbersOf(lengths, indexes);
  if (picks.size >= MAX_PICKS) {
    const [oldest] = picks.keys();
    if (oldest !== undefined) picks.delete(oldest);
  }
  picks.set(key, numbers);
  return numbers;
}

const THE_ONE: readonly number[] = [0];

function numbersOf(lengths: readonly number[], indexes: readonly Index[]): readonly number[] {
  let numbers = THE_ONE;
  for (const [depth, length] of lengths.entries()) {
    const { from, to } = indexes[depth] ?? { from: 0, to: length - 1 };
    const next: number[] = [];
    for (const outer of numbers) {
      for (let i = from; i <= to && next.length < MAX_ELEMENTS; i++) next.push(outer * length + i);
    }
    numbers = next;
  }
  return numbers;
}
