/** What differs between the ends of a migration, in words. */
import type { Machine } from '../model/machine.ts';
import { writeVersion } from '../model/versions.ts';
import { addressText, busOwnerName, devfnOf } from '../pci/bus.ts';
import type { PciFunction, Topology } from '../pci/topology.ts';
import type { MigrationDifference } from '../timeline/migration/difference.ts';
import { hex } from './sharing.ts';
import { counted } from './words.ts';

/**
 * The beginning of a sentence, or a line of a list: "the machine type is virt-7.2 here and virt-9.0 there".
 * @param there the other machine's functions
 */
export function differenceText(difference: MigrationDifference, here: Topology, there: Topology): string {
  switch (difference.is) {
    case 'machine-type':
      return `the machine type is ${machineTypeText(difference.here)} here and ${machineTypeText(difference.there)} there`;
    case 'cpus':
      return `this machine has ${counted(difference.here, 'CPU')}, the other ${difference.there}`;
    case 'kernel':
      return `the other spec names linux-${writeVersion(difference.there)}, the guest goes on with its linux-${writeVersion(difference.here)}`;
    case 'controller-type':
      return `the interrupt controller is ${difference.here?.type ?? 'none'} here and ${difference.there?.type ?? 'none'} there`;
    case 'controller': {
      const { what, here: own, there: other } = difference.difference;
      return `${what}: ${own} here, ${other} there`;
    }
    case 'bus-window':
      return `bus ${difference.bus} behind ${difference.here.name} is in use, the other machine’s ECAM ends with bus ${difference.last}`;
    case 'function-missing':
      return `nothing is in the place of ${placedText(difference.here, here)}`;
    case 'function-added':
      return `${placedText(difference.there, there)} is at the other end only`;
    case 'function-changed': {
      const what = difference.changes.map((change) => `${change.what} ${change.here} here, ${change.there} there`);
      return `another device is in the place of ${placedText(difference.here, here)} (${what.join(', ')})`;
    }
    case 'function-blocks':
      return `QEMU cannot send the state of ${difference.here.name} (${difference.type})`;
    case 'device-id': {
      const { before, after } = difference;
      const now = after === undefined ? 'no controller takes its messages there' : `it signals as ${hex(after)} there`;
      return `the guest’s table for ${difference.here.name} is that of DeviceID ${hex(before)}, ${now}`;
    }
  }
}

/** "nic at 02.0 below rp0". */
export const placedText = (fn: PciFunction, topology: Topology): string =>
  `${fn.name} at ${addressText(devfnOf(fn))} below ${busOwnerName(topology, fn)}`;

/** "pseries-3.0". */
export const machineTypeText = ({ family, version }: NonNullable<Machine['machineType']>): string =>
  `${family}-${writeVersion(version)}`;
