/**
 * x86 local APICs: about 200 vectors per CPU, promised at allocation and taken at request; with interrupt remapping an entry per
 * interrupt (arch/x86/kernel/apic/vector.c, kernel/irq/matrix.c, drivers/iommu; 6.1, 6.12, 7.2).
 */
import { type CpuMask, done, type InterruptController, type Requester, type VectorRun } from '../controller.ts';
import { allocate, free } from './allocate.ts';
import { bringOnline, takeOffline } from './cpu-hotplug.ts';
import { cpuFigures } from './deliveries.ts';
import { release, request, setAffinity } from './handlers.ts';
import { allocatedVectors, availableVectors } from './matrix.ts';
import { tableAt, tableKey, usedEntries } from './remapping-table.ts';
import { type Interrupt, interruptOf, type X86State } from './state.ts';

export { type Delivery, deliveries, heldEntries, managedPerCpu, pinTarget } from './deliveries.ts';
export { bootInterrupt, initialX86State } from './initial-state.ts';
export { dropPin, releasePin, requestPin, wakePin } from './pins.ts';
export { managedPlacing, ordinaryPlacing, placeReason, type TableName, tableText } from './reasons.ts';
export type { Interrupt, X86State } from './state.ts';

/** The interrupt behind one vector of a run: its CPU, vector and mask as they are now. */
export function x86Interrupt(state: X86State, run: VectorRun, offset: number): Interrupt {
  return interruptOf(state, run, offset);
}

/** Entries of the remapping table that a function's vectors hold; 0 without remapping. */
export function remappingEntries({ remapping }: X86State, requester: Requester, runs: readonly VectorRun[]): number {
  if (remapping === undefined) return 0;
  const table = tableAt(remapping, tableKey(remapping, requester));
  return runs.reduce((sum, run) => sum + Math.max(run.count, table.blocks.get(run.data) ?? 0), 0);
}

const shared: Omit<InterruptController<X86State>, 'supports'> = {
  prepare: (state, demand) => done(state, demand.vectors),
  teardown: (state) => done(state, undefined),
  allocate,
  free,
  request,
  release,
  setAffinity,
  setDefaultAffinity: (state, mask: CpuMask) => done({ ...state, defaultAffinity: mask }, undefined),
  cpus: { takeOffline, bringOnline },
  cpuFigures,
  figures: ({ matrix, remapping }) => ({
    vectors: allocatedVectors(matrix),
    vectorsFree: availableVectors(matrix),
    vectorsReserved: matrix.reserved,
    ...(remapping === undefined ? {} : { irtes: usedEntries(remapping) }),
    ...(remapping?.kind === 'intel'
      ? { irtesFree: remapping.entries * Math.max(1, remapping.tables.size) - usedEntries(remapping) }
      : {}),
  }),
};

/** Without remapping a block of messages would have to be consecutive vectors of one CPU, which is not to be had. */
export const x86Apic: InterruptController<X86State> = {
  ...shared,
  supports: { multiMsi: false, dynamicMsix: true },
};

/**
 * With interrupt remapping. Message storage needs it, and a unit that no hypervisor emulates (MSI_FLAG_PCI_IMS of dmar_msi_parent_ops
 * and amdvi_msi_parent_ops, 6.2 to 6.9).
 */
export const x86Remapped: InterruptController<X86State> = {
  ...shared,
  supports: { multiMsi: true, dynamicMsix: true, ims: true },
};
