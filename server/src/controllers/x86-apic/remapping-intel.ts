/** Intel VT-d: one table per unit for all functions, IO-APICs and HPETs behind it (drivers/iommu/intel/irq_remapping.c; 6.1, 6.12, 7.2). */
import { firstAlignedFit, remove } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { RemappingTable } from './remapping-table.ts';

/** INTR_REMAP_TABLE_ENTRIES, drivers/iommu/intel/iommu.h. */
export const intelEntries = 65_536;

/**
 * alloc_irte for the messages of one MSI capability: the first region of the next power of two, on a multiple of it. All of it
 * is held until the interrupts are freed. Undefined: no such region.
 */
export function takeIntelBlock(
  table: RemappingTable,
  count: number,
): { table: RemappingTable; first: number } | undefined {
  const length = roundUpToPowerOfTwo(count);
  const first = firstAlignedFit(table.free, length, length);
  if (first === undefined) return undefined;
  const free = remove(table.free, first, first + length - 1);
  const blocks = length > 1 ? table.blocks.set(first, length) : table.blocks;
  return { table: { free, blocks }, first };
}
