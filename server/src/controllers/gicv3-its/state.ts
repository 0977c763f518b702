/** What a GICv3 with its ITSs holds at one moment. */
import type { IntMap } from '../../base/int-map.ts';
import type { IntTable } from '../../base/int-table.ts';
import type { Intervals } from '../../base/intervals.ts';
import type { Gicv3, RuleSet, WhatIf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { CpuLoad } from './collections.ts';
import type { LpiPool, LpiRange } from './lpi-pool.ts';
import type { Region } from './what-if/regions.ts';

export type { WhatIf } from '../../model/machine.ts';

export interface ItsState {
  readonly type: 'gicv3';
  readonly gic: Gicv3;
  readonly rules: RuleSet;
  readonly pageSizeBytes: number;
  readonly lpis: LpiPool;
  /** All LPIs there are, free or not. */
  readonly lpisTotal: number;
  /** Per ITS, in the order of `gic.itses`: its devices by DeviceID. */
  readonly devices: readonly IntTable<ItsDevice>[];
  /** Undefined on a machine with one CPU, where there is nothing to choose. */
  readonly load: CpuLoad | undefined;
  /** Absent: events live as Linux has it. Else as a model has it, for comparison (./what-if). */
  readonly whatIf?: {
    readonly model: WhatIf;
    /** Per ITS, by DeviceID. */
    readonly regions: readonly IntMap<readonly Region[]>[];
  };
}

/** A DeviceID with its interrupt translation table (struct its_device). */
export interface ItsDevice extends LpiRange {
  readonly deviceId: number;
  /** Entries of the table: events the hardware could map, at least 2. */
  readonly ittEntries: number;
  /** LPIs asked for; more than `lpiCount` when the pool ran short. Events past `lpiCount` cannot be used. */
  readonly lpisRequested: number;
  /** Found by a second prepare, or signalled through a bridge from the start. Never freed then. */
  readonly shared: boolean;
  /** Whose prepare made it; the size is its. */
  readonly createdBy: FunctionIndex;
  /** Events that are allocated, and those that freed MSI blocks left behind. */
  readonly used: Intervals;
  /** Events with a MAPTI and no DISCARD since. */
  readonly mapped: Intervals;
}
