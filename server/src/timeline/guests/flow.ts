/** How a VMM follows a guest that unmasks MSI-X entries. */
import type { Assignment, Flow, Version, Vm } from '../../model/machine.ts';
import { compareVersions, writeVersion } from '../../model/versions.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { canAllocateAt } from '../dynamic.ts';
import type { MachineState } from '../state.ts';

/** vfio-pci adds entries to an enabled MSI-X (vfio_msi_alloc_irq, drivers/vfio/pci/vfio_pci_intrs.c). */
export const FIRST_DYNAMIC_VFIO: Version = { major: 6, minor: 5 };
/** QEMU asks for them (vfio_msix_vector_do_use, hw/vfio/pci.c); 7.2 does not know VFIO_IRQ_INFO_NORESIZE, 10.0 does. */
export const FIRST_DYNAMIC_QEMU: Version = { major: 8, minor: 2 };

/** What stands in the way of adding entries one by one. */
export type NotDynamic = 'host-kernel' | 'controller' | 'vmm';

export interface ChosenFlow {
  readonly flow: Flow;
  /** Undefined: nothing, entries can be added. */
  readonly obstacle: NotDynamic | undefined;
  /** The spec says so. A `dynamic` that cannot be is not what was chosen then. */
  readonly written: boolean;
}

/** The flow of an assigned function: as written, else as the host's kernel, its interrupt controller and the VMM can. */
export function flowOf(state: MachineState, vm: Vm, { flow }: Assignment, fn: FunctionIndex): ChosenFlow {
  const obstacle = obstacleTo(state, vm, fn);
  if (flow === 'allocate-up-front' || flow === 'grow') return { flow, obstacle, written: true };
  return { flow: obstacle === undefined ? 'dynamic' : 'grow', obstacle, written: flow === 'dynamic' };
}

/** VFIO_IRQ_INFO_NORESIZE is clear where the interrupt controller's domains can add entries (pci_msix_can_alloc_dyn). */
function obstacleTo(state: MachineState, { vmm }: Vm, fn: FunctionIndex): NotDynamic | undefined {
  if (compareVersions(state.topology.machine.os, FIRST_DYNAMIC_VFIO) < 0) return 'host-kernel';
  if (!canAllocateAt(state, fn)) return 'controller';
  return vmm !== undefined && compareVersions(vmm, FIRST_DYNAMIC_QEMU) < 0 ? 'vmm' : undefined;
}

/** Why entries cannot be added one by one, as a clause. */
export function obstacleText({ topology }: MachineState, { vmm }: Vm, obstacle: NotDynamic): string {
  switch (obstacle) {
    case 'host-kernel':
      return `vfio-pci of Linux ${writeVersion(topology.machine.os)} cannot add entries to an enabled MSI-X (from ${writeVersion(FIRST_DYNAMIC_VFIO)} on)`;
    case 'controller':
      return 'the interrupt controller of the host cannot add MSI-X entries one by one (only x86 can)';
    case 'vmm':
      return `QEMU ${vmm === undefined ? '' : writeVersion(vmm)} always disables and enables again (up to 8.1)`;
  }
}
