/**
 * What becomes of an interrupt controller's state when a guest moves to another machine. The guest knows the controller as it was
 * where it booted and goes on so; what the other machine's hardware cannot follow is told as differences. Each controller has its
 * own part in its folder.
 */
import type { FunctionIndex } from '../pci/topology.ts';

export interface Arrival<S> {
  /** As the guest goes on with it. */
  readonly state: S;
  readonly differences: readonly ControllerDifference[];
}

/** Something about a controller that is not the same at both ends of a migration. */
export interface ControllerDifference {
  /** "the remapping of interrupts" */
  readonly what: string;
  readonly here: string;
  readonly there: string;
  /** `refused`: QEMU finds out and does not load the state. `lost`: it does not, and messages go nowhere. */
  readonly end: 'refused' | 'lost';
  /** Where the check is, or why there is none: "spapr_pci_post_load, hw/ppc/spapr_pci.c". */
  readonly source: string;
}

/** The index of a function at the other end; {@link NOBODY} for one that is not there. */
export type Renumber = (fn: FunctionIndex) => FunctionIndex;

/** A function at the other end that holds messages of a DeviceID, for tables whose maker is not there. */
export type Heirs = (its: number, deviceId: number) => FunctionIndex | undefined;

/** The index of a function that the other machine does not have. */
export const NOBODY = -1;
