/**
 * Local APICs and interrupt remapping in a migration: vectors are in the APICs' registers and the devices' messages, remapping
 * tables in the guest's memory. The IOMMU's registers are sent (vtd_vmstate, hw/i386/intel_iommu.c), if it has one.
 */
import type { Arrival, ControllerDifference } from '../arrival.ts';
import type { X86State } from './state.ts';

/** All as it is. A guest that uses remapping needs the same IOMMU there; one that does not, does not see it. */
export function arriveX86(here: X86State, there: X86State): Arrival<X86State> {
  const differences: ControllerDifference[] = [];
  const [a, b] = [here.remapping?.kind ?? 'none', there.remapping?.kind ?? 'none'];
  if (a !== 'none' && a !== b) {
    differences.push({
      what: 'the interrupt remapping',
      here: a,
      there: b,
      end: 'refused',
      source: 'qemu_loadvm_section_start_full, migration/savevm.c: no section for the IOMMU',
    });
  }
  return { state: here, differences };
}
