/**
 * The interrupt source numbers of a pseries machine and who gets which: hw/ppc/spapr_irq.c (QEMU 7.2, 10.0) for the bitmap and
 * the legacy search, hw/ppc/spapr.c (QEMU 1.7 to 2.0: spapr_allocate_irq_block) for the counter. XICS and XIVE share the numbers.
 */
import {
  add,
  firstAlignedFit,
  gaps,
  type Interval,
  type Intervals,
  interval,
  noIntervals,
  remove,
} from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { MessageMode } from '../controller.ts';

/** How numbers are given out. */
export type Numbering =
  /** pseries-3.1 and later: fixed ranges per use, MSIs from a bitmap of their own. */
  | 'per-type'
  /** Up to pseries-3.0: one pool for everything, first come, first fit; numbers are reused. */
  | 'one-pool'
  /** QEMU up to 2.0: one pool, counted upwards, nothing ever reused. */
  | 'counted';

/** Sources with consecutive numbers, as one ibm,change-msi call makes them. */
export interface MsiBlock {
  readonly first: number;
  readonly count: number;
}

export interface SourceSpace {
  readonly numbering: Numbering;
  /** The sources that exist, both included (without IPIs). */
  readonly firstSource: number;
  readonly lastSource: number;
  /** The lowest number an MSI may have: where the bitmap begins; of one pool its first source. */
  readonly firstMsi: number;
  /** What MSI blocks are made of; of a counted pool only what is above the counter. */
  readonly free: Intervals;
  /** Line interrupts, claimed when a host bridge is made. */
  readonly lsis: Intervals;
  /** Claimed at power on besides: IPIs, events, virtual devices. */
  readonly others: Intervals;
}

/** Which numbers a machine has. */
export interface SourceLayout {
  readonly numbering: Numbering;
  readonly firstSource: number;
  readonly lastSource: number;
  readonly firstMsi: number;
}

/** What is claimed before any PCI function asks. */
export interface BootSources {
  readonly lsis: Intervals;
  readonly others: Intervals;
}

/** SPAPR_XIRQ_BASE, include/hw/ppc/spapr_irq.h: lower numbers are IPIs. */
const firstSource = 0x1000;
/** SPAPR_IRQ_VIO */
const firstVio = 0x1100;
/** SPAPR_IRQ_PCI_LSI: four for each host bridge. */
const firstLsi = 0x1200;
const linesPerHostBridge = 4;
/** SPAPR_IRQ_MSI */
const firstMsi = 0x1300;
/** SPAPR_NR_XIRQS, from pseries-3.1 on. */
const sources = 0x1000;
/** SPAPR_IRQ_NR_IRQS_LEGACY / XICS_IRQS: all sources of older machines. */
const legacySources = 0x400;
/** NVRAM and two terminals, one source each. */
const virtualDevices = 3;

/** The numbers that exist under a numbering. */
export function sourceLayout(numbering: Numbering): SourceLayout {
  const count = numbering === 'per-type' ? sources : legacySources;
  const lowest = numbering === 'per-type' ? firstMsi : firstSource;
  return { numbering, firstSource, lastSource: firstSource + count - 1, firstMsi: lowest };
}

/**
 * What a machine claims at power on: events (two, one up to pseries-2.7), NVRAM and two terminals, four lines per host bridge, and
 * with XIVE an IPI per CPU. In one pool they follow each other as they are made; the terminals after the first host bridge.
 * @param ipis CPUs that get an IPI number; 0 with XICS
 */
export function bootSources(
  numbering: Numbering,
  hostBridges: number,
  ipis: number,
  hotplugEvent: boolean,
): BootSources {
  const events = hotplugEvent ? 2 : 1;
  if (numbering === 'per-type') {
    let others = interval(0, ipis - 1);
    others = add(others, firstSource, firstSource + events - 1);
    others = add(others, firstVio, firstVio + virtualDevices - 1);
    return { others, lsis: interval(firstLsi, firstLsi + linesPerHostBridge * hostBridges - 1) };
  }
  let next = firstSource + events + 1;
  let others = interval(firstSource, next - 1);
  let lsis = noIntervals;
  for (let hostBridge = 0; hostBridge < hostBridges; hostBridge++) {
    lsis = add(lsis, next, next + linesPerHostBridge - 1);
    next += linesPerHostBridge;
    if (hostBridge > 0) continue;
    others = add(others, next, next + virtualDevices - 2);
    next += virtualDevices - 1;
  }
  return { others, lsis };
}

/** The space with only what is claimed at power on. */
export function sourceSpace(layout: SourceLayout, boot: BootSources): SourceSpace {
  let free = interval(layout.firstMsi, layout.lastSource);
  for (const { first, last } of [...boot.lsis, ...boot.others]) free = remove(free, first, last);
  if (layout.numbering === 'counted') free = free.slice(-1);
  return { ...layout, free, ...boot };
}

/** MSIs that the machine says it has (ibm,pe-total-#msi): of one pool all sources, even those already claimed. */
export function totalMsis(space: SourceLayout): number {
  return space.lastSource - space.firstMsi + 1;
}

/** A block, or that there is none; or that QEMU fails an assertion over the search. */
export type TakenBlock =
  | { readonly is: 'taken'; readonly space: SourceSpace; readonly block: MsiBlock }
  | { readonly is: 'none'; readonly space: SourceSpace }
  | { readonly is: 'aborted'; readonly reason: AbortReason };

/** Why QEMU ended. */
export type AbortReason =
  | 'source number beyond the last one'
  | 'MSI count is not a power of two'
  | 'removal of the function';

/** A block of `count` sources for a function. */
export function takeBlock(space: SourceSpace, count: number, mode: MessageMode): TakenBlock {
  switch (space.numbering) {
    case 'per-type':
      return takeFromBitmap(space, count, mode);
    case 'one-pool':
      return takeFromPool(space, count, mode);
    case 'counted':
      return takeCounted(space, count);
  }
}

/** Gives a block back. Counted numbers are not used again. */
export function returnBlock(space: SourceSpace, { first, count }: MsiBlock): SourceSpace {
  if (space.numbering === 'counted') return space;
  return { ...space, free: add(space.free, first, first + count - 1) };
}

/** Every source that is claimed, in order; neighbours of one kind as one run. */
export function claimedSources(space: SourceSpace): { readonly kind: 'msi' | 'lsi'; readonly run: Interval }[] {
  let edge = space.others;
  for (const { first, last } of gaps(space.free, space.firstMsi, space.lastSource)) edge = add(edge, first, last);
  for (const { first, last } of space.lsis) edge = remove(edge, first, last);
  const all = [
    ...edge.map((run) => ({ kind: 'msi' as const, run })),
    ...space.lsis.map((run) => ({ kind: 'lsi' as const, run })),
  ];
  return all.sort((a, b) => a.run.first - b.run.first);
}

/**
 * spapr_irq_msi_alloc: first fit in the bitmap. The alignment argument is a C bool of which 1 is subtracted to make a mask: MSI gets
 * none, MSI-X starts on an even number. The check for a full bitmap never holds, so QEMU claims a number past the last one and
 * fails its assertion.
 */
function takeFromBitmap(space: SourceSpace, count: number, mode: MessageMode): TakenBlock {
  const first = firstAlignedFit(space.free, count, mode === 'msix' ? 2 : 1);
  if (first === undefined) return { is: 'aborted', reason: 'source number beyond the last one' };
  return taken(space, first, count);
}

/** Most messages of one function. */
const mostMessages = 32;

/** spapr_irq_find: MSI on a multiple of its count, which is asserted to be a power of two up to 32; MSI-X anywhere. */
function takeFromPool(space: SourceSpace, count: number, mode: MessageMode): TakenBlock {
  if (mode === 'msi' && (count > mostMessages || roundUpToPowerOfTwo(count) !== count)) {
    return { is: 'aborted', reason: 'MSI count is not a power of two' };
  }
  const first = firstAlignedFit(space.free, count, mode === 'msi' ? count : 1);
  return first === undefined ? { is: 'none', space } : taken(space, first, count);
}

/** spapr_allocate_irq_block: one number after the other; when they end, those counted up to there are lost. */
function takeCounted(space: SourceSpace, count: number): TakenBlock {
  const [rest] = space.free;
  if (rest === undefined || rest.last - rest.first + 1 < count) {
    return { is: 'none', space: { ...space, free: noIntervals } };
  }
  return taken(space, rest.first, count);
}

function taken(space: SourceSpace, first: number, count: number): TakenBlock {
  const free = remove(space.free, first, first + count - 1);
  return { is: 'taken', space: { ...space, free }, block: { first, count } };
}

/** The numbers taken before any function asks, for people: "lines 0x1200..0x1203; others 0x1000..0x1001". */
export function claimedAtBoot({ lsis, others }: SourceSpace): string {
  return `lines ${rangesText(lsis)}; others ${rangesText(others)}`;
}

function rangesText(ranges: Intervals): string {
  const hex = (n: number) => `0x${n.toString(16)}`;
  return (
    ranges.map(({ first, last }) => (first === last ? hex(first) : `${hex(first)}..${hex(last)}`)).join(', ') || 'none'
  );
}
