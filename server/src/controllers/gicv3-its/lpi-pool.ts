/**
 * LPI interrupt IDs, one pool for all ITSs of a GIC: sorted free ranges, first fit from the low end, no alignment, freed
 * ranges merge (irq-gic-v3-its.c: its_lpi_init, alloc_lpi_range, free_lpi_range; alike in 6.1, 6.12 and 7.2).
 */
import { add, firstFit, type Intervals, interval, remove, size } from '../../base/intervals.ts';
import type { Gicv3 } from '../../model/machine.ts';

/** The first LPI of every GIC (GIC architecture: INTIDs from 8192 are LPIs). */
export const firstLpi = 8192;

/** Linux sizes its LPI tables for at most 16 bits (irq-gic-v3-its.c: ITS_MAX_LPI_NRBITS). */
const mostIdBits = 16;

/** The free LPIs. */
export type LpiPool = Intervals;

/** `lpiCount` may be less than wanted: the range is halved until one fits. */
export interface LpiRange {
  readonly lpiBase: number;
  readonly lpiCount: number;
}

/**
 * The pool at boot (its_setup_lpi_prop_table, its_lpi_init): 2^id-bits - 8192 LPIs, or what the hypervisor restricts them
 * to (GICD_TYPER.num_LPIs), which is ignored when it is 2 or less, or more than there are.
 */
export function initialLpiPool(gic: Pick<Gicv3, 'idBits' | 'lpiLimit'>): LpiPool {
  const all = 2 ** Math.min(gic.idBits, mostIdBits) - firstLpi;
  const restricted = gic.lpiLimit !== undefined && gic.lpiLimit > 2 && gic.lpiLimit <= all ? gic.lpiLimit : all;
  return interval(firstLpi, firstLpi + restricted - 1);
}

/**
 * Takes a range of `wanted` LPIs (its_lpi_alloc). Without a run that long `wanted` is halved, down to 1; undefined when
 * even one is not to be had.
 */
export function takeLpis(pool: LpiPool, wanted: number): { pool: LpiPool; range: LpiRange } | undefined {
  for (let count = wanted; count > 0; count = Math.floor(count / 2)) {
    const lpiBase = firstFit(pool, count);
    if (lpiBase !== undefined) {
      return { pool: remove(pool, lpiBase, lpiBase + count - 1), range: { lpiBase, lpiCount: count } };
    }
  }
  return undefined;
}

/** Gives a range back. */
export function returnLpis(pool: LpiPool, range: LpiRange): LpiPool {
  return add(pool, range.lpiBase, range.lpiBase + range.lpiCount - 1);
}

/** How many LPIs are free. */
export const freeLpis: (pool: LpiPool) => number = size;
