/** The tables of a GICv5 ITS: which DeviceIDs there is room for, and what a device's translation table looks like. */
import { log2, roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { Its } from '../../model/machine.ts';

/** Bytes of an entry of any table (irq-gic-v5-its.c: __le64). */
const entryBytes = 8;

/** An ITS reads second-level tables of one size: the kernel takes the one of its own pages. */
interface Granule {
  /** Entries of a second-level table are 2^l2Bits (gicv5_its_l2sz_to_l2_bits). */
  readonly l2Bits: number;
  /** KMALLOC_MAX_SIZE on arm64: 2^MAX_PAGE_ORDER pages. */
  readonly mostBytes: number;
}

const KIB = 1024;

/** By the kernel's page size in bytes (arch/arm64/Kconfig: ARCH_FORCE_MAX_ORDER; gicv5_its_l2sz_two_level). */
const GRANULES: ReadonlyMap<number, Granule> = new Map([
  [4 * KIB, { l2Bits: 9, mostBytes: 2 ** 10 * 4 * KIB }],
  [16 * KIB, { l2Bits: 11, mostBytes: 2 ** 11 * 16 * KIB }],
  [64 * KIB, { l2Bits: 13, mostBytes: 2 ** 13 * 64 * KIB }],
]);
const GRANULE_4K: Granule = { l2Bits: 9, mostBytes: 2 ** 10 * 4 * KIB };

const granuleOf = (pageSizeBytes: number): Granule => GRANULES.get(pageSizeBytes) ?? GRANULE_4K;

/**
 * DeviceID bits after the kernel has cut its table to what it can allocate (gicv5_its_alloc_devtab_linear,
 * gicv5_its_alloc_devtab_two_level): 19 with one level of 4 KiB pages, 28 with two. `pageSizeBytes` is the kernel's.
 */
export function deviceIdBits(its: Its, pageSizeBytes: number): number {
  const { l2Bits, mostBytes } = granuleOf(pageSizeBytes);
  const mostBits = log2(mostBytes / entryBytes);
  const twoLevel = its.indirect && l2Bits <= its.deviceIdBits;
  return Math.min(its.deviceIdBits, twoLevel ? mostBits + l2Bits : mostBits);
}

/** The events of a table for so many vectors: always a power of two (its_v5_pci_msi_prepare). */
export const eventsFor = (vectors: number): number => roundUpToPowerOfTwo(vectors);

/** What the kernel builds for a number of events, or why it does not. */
export type Itt =
  | { readonly levels: 1 | 2; readonly bytes: number }
  /**
   * `event-id-bits`: the ITS has fewer; `one-page`: the events fill just one second-level table, for which the kernel
   * chooses two levels (gicv5_its_l2sz_two_level) and then will not build them (gicv5_its_create_itt_two_level).
   */
  | { readonly refused: 'event-id-bits' | 'one-page' };

/** The table of a device with `events` events, a power of two (gicv5_its_device_register). Refusals are EINVAL. */
export function ittFor(its: Its, pageSizeBytes: number, events: number): Itt {
  const { l2Bits } = granuleOf(pageSizeBytes);
  const eventBits = log2(events);
  if (eventBits > its.eventIdBits) return { refused: 'event-id-bits' };
  if (!its.indirect || l2Bits > eventBits) return { levels: 1, bytes: events * entryBytes };
  if (l2Bits === eventBits) return { refused: 'one-page' };
  // Second-level tables are all made at once, whole ones, as both numbers are powers of two.
  return { levels: 2, bytes: (2 ** (eventBits - l2Bits) + events) * entryBytes };
}
