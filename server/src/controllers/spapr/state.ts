/** What a pseries machine's firmware, and Linux on top of it, hold of PCI interrupts at one moment. */
import type { IntTable } from '../../base/int-table.ts';
import type { OtherController, RuleSet, Version } from '../../model/machine.ts';
import type { MsiBlock, SourceSpace } from './source-space.ts';

export interface SpaprState {
  readonly type: 'spapr';
  readonly controller: OtherController;
  readonly rules: RuleSet;
  /** pseries-X.Y; undefined: the newest. */
  readonly machineVersion: Version | undefined;
  /** The VMM's own; undefined: not known, taken as new. */
  readonly vmm: Version | undefined;
  readonly space: SourceSpace;
  /** QEMU's record of each function: first source and count, by {@link slotKey}. Outlives the function that made it. */
  readonly blocks: IntTable<MsiBlock>;
  /** Entries in use of each host bridge's device table, by PCI domain; counted by QEMU up to 2.0 only. */
  readonly tableEntries: IntTable<number>;
  /** 7.2: vectors that the function's domain may have, by {@link slotKey}. */
  readonly granted: IntTable<number>;
}

/** Where a function is: what RTAS calls name it by. */
export interface PciSlot {
  /** PCI domain: of one host bridge. */
  readonly segment: number;
  /** bus << 8 | device << 3 | function. */
  readonly requesterId: number;
}

const requesterIds = 0x10000;

/** One number for a slot. */
export function slotKey({ segment, requesterId }: PciSlot): number {
  return segment * requesterIds + requesterId;
}

/** The slot with this key. */
export function slotOf(key: number): PciSlot {
  return { segment: Math.floor(key / requesterIds), requesterId: key % requesterIds };
}

/** The RTAS config_addr: bus << 16 | device << 11 | function << 8. */
export function configAddress({ requesterId }: PciSlot): number {
  return requesterId * 0x100;
}
