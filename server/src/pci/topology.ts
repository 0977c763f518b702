/**
 * The PCI tree with every array expanded and every function on its device.function; still without bus numbers, which
 * change as bridges come and go (./enumeration.ts).
 */
import type { HostBridge, Machine, PciNode } from '../model/machine.ts';
import type { TreeShape } from './shape.ts';

/** Position in {@link Topology.functions}. Parents stand before their children. */
export type FunctionIndex = number & { readonly __brand?: 'FunctionIndex' };

/** The `rootBus` of a function that stands nowhere yet. */
export const NOWHERE = -1;

export interface PciFunction {
  readonly index: FunctionIndex;
  readonly node: PciNode;
  /** Flat number of this element in its declaration's (possibly nested) array; 0 without an array. */
  readonly element: number;
  /** `nic[3]`, `v[0][1]`; for a block without name its kind and place, such as `endpoint 02.0 below rp0`. */
  readonly name: string;
  /** The bridge whose secondary bus it is on; undefined on a root bus. */
  readonly parent: FunctionIndex | undefined;
  /** Index in {@link Topology.rootBuses}; {@link NOWHERE} for a top-level `hotplug endpoint` that has no place yet. */
  readonly rootBus: number;
  /** 0..31 */
  readonly device: number;
  /** 0..7 */
  readonly function: number;
  /** On the secondary bus, in order of device.function, without VFs. An expander's stand in its {@link RootBus}. */
  readonly children: readonly FunctionIndex[];
  /** The VFs that this physical function enables, by number; empty for all others. */
  readonly vfs: readonly FunctionIndex[];
  /**
   * For a VF: its physical function, its number from 0, and how many buses above the physical function's it is. Its
   * `parent` is the physical function's.
   */
  readonly vf: { readonly physical: FunctionIndex; readonly number: number; readonly busOffset: number } | undefined;
  /** False for `hotplug` functions and everything below them. */
  readonly presentAtBoot: boolean;
}

export interface RootBus {
  readonly hostBridge: HostBridge;
  /** The expander that makes this root bus; undefined for the host bridge's own. */
  readonly expander: FunctionIndex | undefined;
  /** Bus number: the first of the bus range, or the expander's. */
  readonly bus: number;
  /** Last bus number that belongs to this root bus. */
  readonly lastBus: number;
  readonly children: readonly FunctionIndex[];
}

export interface Topology {
  readonly machine: Machine;
  readonly functions: readonly PciFunction[];
  /** In file order; the firmware's order of announcing them is ./boot-order.ts's matter. */
  readonly rootBuses: readonly RootBus[];
  /** The functions of a declaration, by flat element number; those of top-level hot-plug endpoints, too. */
  readonly byNode: ReadonlyMap<PciNode, readonly FunctionIndex[]>;
  /** How it is built: see there. */
  readonly shape: TreeShape;
}
