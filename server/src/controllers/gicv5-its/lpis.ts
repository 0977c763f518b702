/**
 * LPIs of a GICv5: one number at a time, the lowest free one (alloc_lpi and release_lpi, irq-gic-v5.c: an IDA). They start
 * at 0; there are no chunks, and nothing is reserved for a device beyond what it has.
 */
import { add, type Interval, type Intervals, interval, remove } from '../../base/intervals.ts';
import type { Gicv5 } from '../../model/machine.ts';

/** Each possible CPU's messages from other CPUs are LPIs: GICV5_IPIS_PER_CPU is MAX_IPI (arch/arm64/include/asm/smp.h). */
const ipisPerCpu = 8;

/**
 * The LPIs left for devices: those of the messages between CPUs are taken first, at boot (gicv5_smp_init). The state table
 * is taken to have two levels, so that all interrupt IDs can be used (gicv5_irs_init_ist).
 */
export function initialLpis({ idBits }: Gicv5, possibleCpus: number): Intervals {
  return interval(ipisPerCpu * possibleCpus, 2 ** idBits - 1);
}

/** The `wanted` lowest numbers of a set, or all when there are fewer. */
export function takeLowest(free: Intervals, wanted: number): { readonly free: Intervals; readonly taken: Intervals } {
  const taken: Interval[] = [];
  let rest = free;
  let missing = wanted;
  for (const { first, last } of free) {
    if (missing <= 0) break;
    const end = Math.min(last, first + missing - 1);
    taken.push({ first, last: end });
    rest = remove(rest, first, end);
    missing -= end - first + 1;
  }
  return { free: rest, taken };
}

/** Gives numbers back. */
export const returnLpis = (free: Intervals, first: number, count: number): Intervals =>
  add(free, first, first + count - 1);
