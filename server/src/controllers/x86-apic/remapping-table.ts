/** Interrupt remapping tables, as far as both kinds of IOMMU are alike: which entries are free, and which blocks are held. */
import { IntMap } from '../../base/int-map.ts';
import type { IntTable } from '../../base/int-table.ts';
import { add, type Intervals, interval, size } from '../../base/intervals.ts';
import type { Requester } from '../controller.ts';
import type { TableName } from './reasons.ts';

/** One table. */
export interface RemappingTable {
  readonly free: Intervals;
  /** Blocks that hold more entries than they have interrupts, by first entry: how many. */
  readonly blocks: IntTable<number>;
}

/** All tables of a machine; one that nobody has used is not there. */
export interface RemappingTables {
  readonly kind: 'intel' | 'amd';
  /** Entries of each table. */
  readonly entries: number;
  /** By unit (Intel) or DeviceID (AMD). */
  readonly tables: IntTable<RemappingTable>;
}

/** No entry in use. */
export function emptyTables(kind: RemappingTables['kind'], entries: number): RemappingTables {
  return { kind, entries, tables: IntMap.empty() };
}

/** Which table a requester's entries are in. */
export function tableKey({ kind }: RemappingTables, requester: Requester): number {
  return kind === 'intel' ? (requester.remappingUnit ?? 0) : requester.aliasedRequesterId;
}

/** What that table is called. */
export function tableName({ kind }: RemappingTables, requester: Requester): TableName {
  return kind === 'intel'
    ? { kind, unit: requester.remappingUnit ?? 0 }
    : { kind, deviceId: requester.aliasedRequesterId };
}

/** A table as it is now. */
export function tableAt(tables: RemappingTables, key: number): RemappingTable {
  return tables.tables.get(key) ?? { free: interval(0, tables.entries - 1), blocks: IntMap.empty() };
}

/** The tables with one changed; one that is all free again is forgotten. */
export function withTable(tables: RemappingTables, key: number, table: RemappingTable): RemappingTables {
  const isEmpty = size(table.free) === tables.entries;
  return { ...tables, tables: isEmpty ? tables.tables.delete(key) : tables.tables.set(key, table) };
}

/** Gives `count` entries back; if a block starts at `first`, all of it. */
export function returnEntries(table: RemappingTable, first: number, count: number): RemappingTable {
  const block = table.blocks.get(first);
  const free = add(table.free, first, first + Math.max(block ?? 0, count) - 1);
  return block === undefined ? { ...table, free } : { free, blocks: table.blocks.delete(first) };
}

/** Entries in use in all tables. */
export function usedEntries({ tables, entries }: RemappingTables): number {
  let used = 0;
  for (const { free } of tables.values()) used += entries - size(free);
  return used;
}
