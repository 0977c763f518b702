/** Where something may be plugged. */
import type { PciNode } from '../model/machine.ts';
import type { Enumeration, Present } from './enumeration.ts';
import type { FunctionIndex, Topology } from './topology.ts';

/** A free place for one hot-plugged device, function 0. */
export interface FreeSlot {
  /** The port or bridge below which it is. */
  readonly bridge: FunctionIndex;
  /** 0..31 */
  readonly device: number;
  readonly by: 'native' | 'shpc' | 'acpi';
  /** What the slot takes. */
  readonly bus: 'pcie' | 'conventional';
}

/** All free places at a moment, lowest bus first. Addresses of declared `hotplug` functions are kept free for them. */
export declare function freeSlots(topology: Topology, enumeration: Enumeration, present: Present): readonly FreeSlot[];

export interface HotplugPlacement {
  /** The same functions; those of `elements` that fit have their place. */
  readonly topology: Topology;
  readonly placed: readonly FunctionIndex[];
  readonly unplaced: readonly FunctionIndex[];
}

/** Gives each of the `elements` (flat numbers) of a top-level `hotplug endpoint` the lowest free slot that takes it, as libvirt chooses. */
export declare function placeHotplug(
  topology: Topology,
  enumeration: Enumeration,
  present: Present,
  node: PciNode,
  elements: readonly number[],
): HotplugPlacement;
