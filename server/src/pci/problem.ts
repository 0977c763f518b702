/** What is wrong with a PCI tree. Plain values; ../rules turns them into findings. */
import type { HostBridge, MsiMapEntry, PciNode } from '../model/machine.ts';
import type { FunctionIndex } from './topology.ts';

/** The rules whose condition is checked here. */
export type PciRule =
  | 'limit-exceeded'
  | 'address-conflict'
  | 'address-mismatch'
  | 'value-out-of-range'
  | 'function-zero-missing'
  | 'multifunction-flag-missing'
  | 'root-port-slot-not-zero'
  | 'port-overcommitted'
  | 'endpoint-on-extra-root'
  | 'pcie-only-on-conventional'
  | 'port-in-wrong-place'
  | 'duplicate-pxb-bus-nr'
  | 'pxb-bus-range-overflow'
  | 'duplicate-chassis-slot'
  | 'shpc-slot-zero'
  | 'ecam-bus-exhausted'
  | 'ecam-bus-range-shrunk'
  | 'bus-number-exceeds-255'
  | 'bridge-no-hotplug-bus'
  | 'sriov-bus-out-of-range'
  | 'sriov-bad-offset-stride'
  | 'sriov-numvfs-exceeds-total'
  | 'sriov-vf-address-overflow-qemu'
  | 'devid-msi-map-miss'
  | 'msi-map-overlap'
  | 'msi-map-mask-conflict'
  | 'iort-off-by-one';

/** The part of a declaration a problem points at; the same words as Place's in ../model/problem.ts. */
export type PciPart = 'header' | 'type' | 'at' | { readonly property: string };

/** A declared thing of the PCI tree. */
export type PciSubject = PciNode | HostBridge | MsiMapEntry;

export interface PciProblem {
  readonly rule: PciRule;
  readonly node: PciSubject;
  readonly part: PciPart;
  /** One sentence with the computed numbers, without a full stop. */
  readonly message: string;
  readonly related: readonly PciRelated[];
  /** The functions it is about; the victim first. */
  readonly functions: readonly FunctionIndex[];
  /** The numbers and names the message was made of. */
  readonly facts: Readonly<Record<string, number | string>>;
}

export interface PciRelated {
  readonly node: PciSubject;
  readonly part: PciPart;
  readonly message: string;
}
