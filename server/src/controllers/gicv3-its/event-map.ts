/**
 * The EventIDs of one DeviceID (irq-gic-v3-its.c: its_alloc_device_irq, its_irq_domain_free): a bitmap as long as the LPI
 * range, searched first fit; a block of several MSI messages is a power of two long and aligned to its length.
 */
import { add, firstAlignedFit, gaps, type Interval, type Intervals, interval, remove } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';

/** The lowest free events one after another, up to `count`, in runs: what so many single MSI-X allocations get. */
export function takeSingles(used: Intervals, limit: number, count: number): { used: Intervals; taken: Intervals } {
  if (used.length === 0) {
    const first = interval(0, Math.min(count, limit) - 1);
    return { used: first, taken: first };
  }
  const taken: Interval[] = [];
  let after = used;
  let missing = count;
  if (missing > 0 && limit > 0) {
    for (const gap of gaps(used, 0, limit - 1)) {
      if (missing === 0) break;
      const last = Math.min(gap.last, gap.first + missing - 1);
      taken.push({ first: gap.first, last });
      after = add(after, gap.first, last);
      missing -= last - gap.first + 1;
    }
  }
  return { used: after, taken };
}

/**
 * The lowest aligned block for `count` MSI messages: all of its power of two is marked as used, though only `count` events
 * get a message (bitmap_find_free_region). Undefined when there is no such block.
 */
export function takeBlock(
  used: Intervals,
  limit: number,
  count: number,
): { used: Intervals; first: number } | undefined {
  const length = roundUpToPowerOfTwo(count);
  const first = firstAlignedFit(gaps(used, 0, limit - 1), length, length);
  return first === undefined ? undefined : { used: add(used, first, first + length - 1), first };
}

/**
 * Frees `count` events from `first`. Linux frees them one by one (irqdomain.c: irq_domain_free_irqs_hierarchy), so of a
 * block that was rounded up the rest stays used for ever.
 */
export function freeEvents(used: Intervals, first: number, count: number): Intervals {
  return remove(used, first, first + count - 1);
}
