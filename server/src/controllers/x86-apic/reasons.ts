/** Why x86 vectors and entries are what they are, one sentence per link; made only when somebody asks. */
import type { Intervals } from '../../base/intervals.ts';
import type { CpuMask, Demand, Reason } from '../controller.ts';
import type { Interrupt } from './state.ts';
import { placeholderVector } from './vector-space.ts';

/** Masks of managed vectors told one by one before "and n more". */
const MASKS_TOLD = 8;

const vectorC = 'arch/x86/kernel/apic/vector.c';
const matrixC = 'kernel/irq/matrix.c';
const intelC = 'drivers/iommu/intel/irq_remapping.c';
const amdC = 'drivers/iommu/amd/iommu.c';

/** How full the matrix was when a call came. */
export interface Fill {
  /** Vectors promised after the call. */
  readonly reserved: number;
  /** Vectors left on the CPUs online before it. */
  readonly available: number;
}

/** Ordinary vectors that can be masked: a promise each. */
export function promiseReasons(count: number, { reserved, available }: Fill): Reason[] {
  if (count === 0) return [];
  const are = count === 1 ? 'a vector is' : `${count} vectors are`;
  return [
    {
      text: `${are} promised and none is taken: ${count === 1 ? 'it' : 'each'} carries ${placeholderVector} until it gets a handler; ${reserved} are promised in all, ${available} are left`,
      source: `reserve_irq_vector, ${vectorC}`,
    },
  ];
}

/** Vectors set aside for managed interrupts. */
export function managedReasons(managed: Demand['managed'], count: number): Reason[] {
  if (managed === undefined || count === 0) return [];
  const masks = managed.masks.slice(0, Math.min(count, MASKS_TOLD));
  const each = masks.map((mask, i) => `${managed.first + i}: ${cpusText(mask)}`);
  const more = count > masks.length ? `, and ${count - masks.length} more` : '';
  return [
    {
      text: `${count === 1 ? 'one vector is' : `${count} vectors are`} managed: each sets the lowest free vector aside on every CPU of its mask, online or not (${each.join(', ')}${more})`,
      source: `irq_matrix_reserve_managed, ${matrixC}`,
    },
  ];
}

/** No vector could be set aside. */
export function fullCpuReason(cpu: number, managed: number): Reason {
  return {
    text: `cpu[${cpu}] has no vector left to set aside; ${managed} ${managed === 1 ? 'is' : 'are'} set aside there already`,
    source: `irq_matrix_reserve_managed, ${matrixC}`,
  };
}

/** MSI without mask bits. */
export function fixedReason(count: number): Reason {
  const what = count === 1 ? 'its vector' : `its ${count} vectors`;
  return {
    text: `the MSI capability has no mask bits: ${what} ${count === 1 ? 'is' : 'are'} taken now, handler or not`,
    source: 'msi_check_reservation_mode, kernel/irq/msi.c',
  };
}

/** A vector that was needed at once was not there. */
export function noVectorReason(index: number, cpus: number): Reason {
  return {
    text: `message ${index} finds no vector: ${cpus === 1 ? 'the CPU has none' : `none of the ${cpus} CPUs has one`} left`,
    source: `assign_irq_vector_any_locked, ${vectorC}`,
  };
}

/** What an interrupt remapping table is called. */
export type TableName =
  | { readonly kind: 'intel'; readonly unit: number }
  | { readonly kind: 'amd'; readonly deviceId: number };

export function tableText(table: TableName): string {
  return table.kind === 'intel'
    ? `remapping unit ${table.unit}`
    : `DeviceID 0x${table.deviceId.toString(16).padStart(4, '0')}`;
}

/** Entries taken one by one, lowest first. */
export function entriesReason(table: TableName, taken: Intervals, left: number, entries: number): Reason {
  const one = taken.length === 1 && taken[0]?.first === taken[0]?.last;
  return {
    text: `${one ? 'entry' : 'entries'} ${rangesText(taken)} of ${tableText(table)}: ${one ? 'the lowest free one' : 'the lowest free ones'}; ${left} of ${entries} are left`,
    source: table.kind === 'intel' ? `alloc_irte, ${intelC}` : `alloc_irq_index, ${amdC}`,
  };
}

/** A block for the messages of MSI. `length`: entries it holds. */
export function blockReason(table: TableName, first: number, count: number, length: number): Reason {
  const held = `${count === 1 ? 'entry' : 'entries'} ${rangesText([{ first, last: first + length - 1 }])} of ${tableText(table)}`;
  if (count === 1) return { text: `${held}: the lowest free one`, source: sourceOf(table) };
  const aligned = `the first free run on a multiple of ${2 ** Math.ceil(Math.log2(count))}`;
  const rounded = length > count ? `; ${count} messages hold ${length} entries, the next power of two` : '';
  return { text: `${held}: ${aligned}${rounded}`, source: sourceOf(table) };
}

/** A table had too few. */
export function noEntriesReason(table: TableName, wanted: number, left: number, entries: number): Reason {
  return {
    text: `${wanted} ${wanted === 1 ? 'entry is' : 'entries are'} wanted, ${tableText(table)} has ${left} of ${entries} left`,
    source: sourceOf(table),
  };
}

/** How an ordinary interrupt finds its vector. */
export const ordinaryPlacing: Reason = {
  text: 'takes the lowest free vector of the CPU with the most left, the lowest number among equals',
  source: `irq_matrix_alloc, ${matrixC}`,
};

/** How a managed interrupt finds its vector. */
export const managedPlacing: Reason = {
  text: 'takes the lowest vector set aside and idle on the CPU of its mask with the fewest managed vectors in use, the highest number among equals',
  source: `irq_matrix_alloc_managed, ${matrixC}`,
};

/** What decided for the CPU that an interrupt is on; undefined for one that has no vector, or had it at boot. */
export function placeReason({
  target,
  managed,
  mask,
}: Pick<Interrupt, 'target' | 'managed' | 'mask'>): string | undefined {
  if (target?.had === undefined) return undefined;
  const { cpu, had } = target;
  const among = mask === undefined || mask.length < 2 ? '' : ` of CPUs ${rangesText(maskRanges(mask))}`;
  return managed
    ? `cpu[${cpu}] had the fewest in use${among}, ${had}`
    : `cpu[${cpu}] had the most left${among}, ${had}`;
}

const sourceOf = (table: TableName): string =>
  table.kind === 'intel' ? `alloc_irte, ${intelC}` : `alloc_irq_index, ${amdC}`;

/** "cpu[2]", "cpus 0..3". */
function cpusText(mask: CpuMask): string {
  return mask.length === 1 ? `cpu[${mask[0]}]` : `cpus ${rangesText(maskRanges(mask))}`;
}

/** `0..3, 8`: both ends included. */
function rangesText(set: Intervals): string {
  return set.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)).join(', ');
}

function maskRanges(mask: CpuMask): Intervals {
  const runs: { first: number; last: number }[] = [];
  for (const cpu of mask) {
    const before = runs[runs.length - 1];
    if (before !== undefined && before.last + 1 === cpu) before.last = cpu;
    else runs.push({ first: cpu, last: cpu });
  }
  return runs;
}
