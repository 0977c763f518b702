/** AMD-Vi: one table per DeviceID, shared by functions with the same alias (drivers/iommu/amd/iommu.c; 6.1, 6.12, 7.2). */
import { firstAlignedFit, remove } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { RemappingTable } from './remapping-table.ts';

/** MAX_IRQS_PER_TABLE; from 7.2 on 2048 where the IOMMU says so. */
export const amdEntries = 512;

/** alloc_irq_index for the messages of one MSI capability: exactly as many, on a multiple of their power of two. */
export function takeAmdBlock(
  table: RemappingTable,
  count: number,
): { table: RemappingTable; first: number } | undefined {
  const first = firstAlignedFit(table.free, count, roundUpToPowerOfTwo(count));
  if (first === undefined) return undefined;
  return { table: { ...table, free: remove(table.free, first, first + count - 1) }, first };
}
