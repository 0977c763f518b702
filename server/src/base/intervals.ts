/**
 * Sets of whole numbers as sorted runs, none touching the next. What is taken or free in a number space (LPIs, EventIDs,
 * SPIs) is a few runs even when it is thousands of numbers, so every operation costs the number of runs.
 */
export interface Interval {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** Sorted by `first`; disjoint and not adjacent, so equal sets are equal lists. */
export type Intervals = readonly Interval[];

/** The set of no numbers. */
export const noIntervals: Intervals = [];

/** The numbers from `first` to `last`, both included; empty when `last` is below `first`. */
export function interval(first: number, last: number): Intervals {
  return last < first ? noIntervals : [{ first, last }];
}

/** How many numbers are in the set. */
export function size(set: Intervals): number {
  let total = 0;
  for (const run of set) total += run.last - run.first + 1;
  return total;
}

/** Whether `number` is in the set. */
export function has(set: Intervals, number: number): boolean {
  const run = set[firstEndingAt(set, number)];
  return run !== undefined && run.first <= number;
}

/** Whether all numbers from `first` to `last` are in the set. */
export function hasAll(set: Intervals, first: number, last: number): boolean {
  const run = set[firstEndingAt(set, first)];
  return last < first || (run !== undefined && run.first <= first && last <= run.last);
}

/** The set with `first`..`last` added; neighbours merge. */
export function add(set: Intervals, first: number, last: number): Intervals {
  if (last < first) return set;
  if (set.length === 0) return [{ first, last }];
  const from = firstEndingAt(set, first - 1);
  const to = firstStartingAfter(set, last + 1);
  const low = Math.min(first, set[from]?.first ?? first);
  const high = from < to ? Math.max(last, set[to - 1]?.last ?? last) : last;
  if (from === set.length) return [...set, { first, last }];
  return [...set.slice(0, from), { first: from < to ? low : first, last: high }, ...set.slice(to)];
}

/** The set without `first`..`last`. */
export function remove(set: Intervals, first: number, last: number): Intervals {
  if (last < first) return set;
  const from = firstEndingAt(set, first);
  const to = firstStartingAfter(set, last);
  if (from >= to) return set;
  const low = set[from];
  if (set.length === 1 && low !== undefined && low.first === first && low.last > last) {
    return [{ first: last + 1, last: low.last }];
  }
  const kept: Interval[] = set.slice(0, from);
  const high = set[to - 1];
  if (low !== undefined && low.first < first) kept.push({ first: low.first, last: first - 1 });
  if (high !== undefined && high.last > last) kept.push({ first: last + 1, last: high.last });
  for (let i = to; i < set.length; i++) {
    const run = set[i];
    if (run !== undefined) kept.push(run);
  }
  return kept;
}

/** The part of the set that lies in `first`..`last`. */
export function within(set: Intervals, first: number, last: number): Intervals {
  const from = firstEndingAt(set, first);
  const to = firstStartingAfter(set, last);
  if (from >= to) return noIntervals;
  return set.slice(from, to).map((run) => ({ first: Math.max(run.first, first), last: Math.min(run.last, last) }));
}

/** The numbers of `first`..`last` that are not in the set. */
export function gaps(set: Intervals, first: number, last: number): Intervals {
  if (set.length === 0) return interval(first, last);
  const free: Interval[] = [];
  let next = first;
  for (let i = firstEndingAt(set, first); i < set.length; i++) {
    const run = set[i];
    if (run === undefined || run.first > last) break;
    if (run.first > next) free.push({ first: next, last: run.first - 1 });
    next = run.last + 1;
  }
  if (next <= last) free.push({ first: next, last });
  return free;
}

/** Runs in the order in which they are told, those joined of which one goes on where the one before ended. */
export function joinedInOrder(runs: readonly Interval[]): readonly Interval[] {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of runs) {
    const before = joined[joined.length - 1];
    if (before !== undefined && before.last + 1 === first) before.last = last;
    else joined.push({ first, last });
  }
  return joined;
}

/** First fit: the start of the lowest run of the set that holds `count` numbers. */
export function firstFit(set: Intervals, count: number): number | undefined {
  for (const run of set) if (run.last - run.first + 1 >= count) return run.first;
  return undefined;
}

/** Aligned first fit: the lowest multiple of `alignment` from which `count` numbers are all in the set. */
export function firstAlignedFit(set: Intervals, count: number, alignment: number): number | undefined {
  for (const run of set) {
    const start = Math.ceil(run.first / alignment) * alignment;
    if (start + count - 1 <= run.last) return start;
  }
  return undefined;
}

/** Index of the first run whose `last` is at least `number`; the length when there is none. */
function firstEndingAt(set: Intervals, number: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = set[middle];
    if (run !== undefined && run.last < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first run whose `first` is above `number`; the length when there is none. */
function firstStartingAfter(set: Intervals, number: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = set[middle];
    if (run !== undefined && run.first <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
