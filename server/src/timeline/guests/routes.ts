/** Interrupt routes that a VMM keeps for a VM's assigned functions. */
import { size } from '../../base/intervals.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { MachineState } from '../state.ts';
import { type GuestNumber, guestsOf } from './assigned.ts';
import { passedThrough } from './state.ts';

/**
 * Routes of one assigned function: one for each entry that was unmasked once, masked or not: QEMU adds it at first use and takes it
 * away when the guest disables its messages (vfio_add_kvm_msi_virq, vfio_msix_disable, hw/vfio/pci.c). A line is routed by a pin.
 */
export function routesOfFunction(state: MachineState, fn: FunctionIndex): number {
  const own = passedThrough(state, fn);
  return own === undefined || own.mode === 'intx' ? 0 : size(own.used);
}

/** Routes that a VM's assigned functions hold at this moment; the pins of its interrupt controller come on top. 0 when it is off. */
export function routesHeld(state: MachineState, vm: GuestNumber): number {
  let routes = 0;
  for (const { fn } of guestsOf(state.topology)[vm]?.functions ?? []) {
    if (passedThrough(state, fn)?.vm === vm) routes += routesOfFunction(state, fn);
  }
  return routes;
}
