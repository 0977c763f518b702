/** What a GICv5 with its ITSs holds at one moment. */
import type { IntTable } from '../../base/int-table.ts';
import type { Intervals } from '../../base/intervals.ts';
import type { Gicv5 } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { Targets } from './targets.ts';

export interface Gicv5State {
  readonly type: 'gicv5';
  readonly gic: Gicv5;
  /** The kernel's: it chooses the size of second-level tables. */
  readonly pageSizeBytes: number;
  /** LPIs that are free. */
  readonly lpis: Intervals;
  /** All LPIs that devices can have. */
  readonly lpisTotal: number;
  /** Per ITS, in the order of `gic.itses`: its devices by DeviceID. */
  readonly devices: readonly IntTable<Gicv5Device>[];
  /** Undefined on a machine with one CPU, where there is nothing to choose. */
  readonly targets: Targets | undefined;
}

/** A DeviceID with its interrupt translation table (struct gicv5_its_dev). */
export interface Gicv5Device {
  readonly deviceId: number;
  /** Events of the table, a power of two. */
  readonly events: number;
  /** The one function whose messages it takes. */
  readonly owner: FunctionIndex;
  /** Events that are allocated, and those that freed MSI blocks left behind. */
  readonly used: Intervals;
}
