/** The vectors of a call as runs of those whose numbers rise together. */
import type { Intervals } from '../../base/intervals.ts';
import type { Demand, VectorRun } from '../controller.ts';
import type { X86State } from './state.ts';

/**
 * The vectors at positions 0 … of a call as runs: cut where interrupt numbers, entries or table indexes do not rise by one, and
 * around managed vectors, each of which has its own mask.
 */
export function runsOf(
  { defaultAffinity, remapping }: X86State,
  demand: Demand,
  granted: number,
  numbers: Intervals,
  entries: Intervals,
): VectorRun[] {
  const runs: VectorRun[] = [];
  const { managed } = demand;
  const irqs = walk(numbers);
  const datas = walk(entries);
  for (let position = 0; position < granted; ) {
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const index = demand.entries?.[position] ?? position;
    const count = isManaged ? 1 : Math.min(irqs.left(), datas.left(), stretch(demand, position, granted));
    const mask = isManaged ? managed.masks[position - managed.first] : defaultAffinity;
    const data = remapping === undefined ? index : datas.at();
    runs.push({ index, data, hwirq: irqs.at(), count, cpus: undefined, mask, managed: isManaged });
    irqs.skip(count);
    datas.skip(count);
    position += count;
  }
  return runs;
}

/** How many positions from here on have table indexes that rise by one, and are not managed. */
function stretch({ entries, managed }: Demand, from: number, end: number): number {
  const stop = managed !== undefined && from < managed.first ? Math.min(end, managed.first) : end;
  if (entries === undefined) return stop - from;
  let to = from + 1;
  while (to < stop && entries[to] === (entries[to - 1] ?? 0) + 1) to++;
  return to - from;
}

/** Goes through a set of numbers in order. */
function walk(set: Intervals): { at: () => number; left: () => number; skip: (count: number) => void } {
  let run = 0;
  let offset = 0;
  return {
    at: () => (set[run]?.first ?? 0) + offset,
    left: () => {
      const here = set[run];
      return here === undefined ? 0 : here.last - here.first + 1 - offset;
    },
    skip: (count) => {
      offset += count;
      const here = set[run];
      if (here !== undefined && here.first + offset > here.last) {
        run++;
        offset = 0;
      }
    },
  };
}

/** The lowest `count` numbers of a set, or as many as it has. */
export function lowest(set: Intervals, count: number): Intervals {
  const taken: { first: number; last: number }[] = [];
  let left = count;
  for (const { first, last } of set) {
    if (left <= 0) break;
    const most = Math.min(last, first + left - 1);
    taken.push({ first, last: most });
    left -= most - first + 1;
  }
  return taken;
}
